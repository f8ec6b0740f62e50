import { Field, InterfaceType, Int } from 'type-graphql'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Company', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'An organisation that contacts belong to.',
  resolveType: typeOf,
})
export class Company {
  @Field(() => String, { nullable: true })
  readonly name!: string | null

  @Field(() => String, { nullable: true, description: 'Our own systems’ key for it.' })
  readonly externalId!: string | null

  @Field(() => String, { nullable: true })
  readonly website!: string | null

  @Field(() => String, { nullable: true })
  readonly industry!: string | null

  @Field(() => Int, { nullable: true, description: 'How many people work there, as the provider tells.' })
  readonly size!: number | null

  @Field(() => String, { nullable: true })
  readonly plan!: string | null
}
