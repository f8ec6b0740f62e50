import { Field, InterfaceType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { ContactRole } from './enums.ts'
import { Node, typeOf } from './node.ts'
import { Record } from './record.ts'

@InterfaceType('Contact', {
  implements: [Node, Record],
  autoRegisterImplementations: false,
  description: 'A customer, as one provider knows them.',
  resolveType: typeOf,
})
export class Contact {
  @Field(() => ContactRole)
  readonly role!: string

  @Field(() => String, { nullable: true })
  readonly name!: string | null

  @Field(() => String, { nullable: true })
  readonly email!: string | null

  @Field(() => String, { nullable: true, description: 'As the provider gave it; not necessarily E.164.' })
  readonly phone!: string | null

  @Field(() => String, { nullable: true, description: 'Our own systems’ key for them.' })
  readonly externalId!: string | null

  @Field(() => String, { nullable: true })
  readonly avatarUrl!: string | null

  @Field(() => GraphQLDateTimeISO, { nullable: true })
  readonly lastSeenAt!: Date | null

  @Field(() => Boolean)
  readonly blocked!: boolean
}
