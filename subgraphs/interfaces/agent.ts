import { Field, InterfaceType } from 'type-graphql'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Agent', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'Somebody of the team who answers customers.',
  resolveType: typeOf,
})
export class Agent {
  @Field(() => String, { nullable: true })
  readonly name!: string | null

  @Field(() => String, { nullable: true })
  readonly email!: string | null

  @Field(() => String, { nullable: true })
  readonly avatarUrl!: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether work can be given to them now; null where the provider does not tell.',
  })
  readonly available!: boolean | null

  @Field(() => Boolean, { description: 'An automation that appears among the agents.' })
  readonly bot!: boolean
}
