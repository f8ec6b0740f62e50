import { Field, InterfaceType } from 'type-graphql'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Team', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'A group of agents that work is given to.',
  resolveType: typeOf,
})
export class Team {
  @Field(() => String)
  readonly name!: string
}
