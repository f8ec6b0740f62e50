import { Field, InterfaceType } from 'type-graphql'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Tag', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'A label that the account puts on things.',
  resolveType: typeOf,
})
export class Tag {
  @Field(() => String)
  readonly name!: string
}
