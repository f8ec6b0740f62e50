import { Field, ID, Int, ObjectType } from 'type-graphql'
import { CustomFieldType } from '../interfaces/enums.ts'

@ObjectType('ZendeskBrand', { simpleResolvers: true, description: 'A name under which the account answers.' })
export class ZendeskBrand {
  @Field(() => ID, { description: 'Zendesk’s own id.' })
  readonly remoteId!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => String, { nullable: true })
  readonly url!: string | null

  @Field(() => Boolean)
  readonly active!: boolean
}

@ObjectType('ZendeskForm', { simpleResolvers: true, description: 'A form that tickets are made with.' })
export class ZendeskForm {
  @Field(() => ID, { description: 'Zendesk’s own id.' })
  readonly remoteId!: string

  @Field(() => String)
  readonly name!: string

  @Field(() => Boolean)
  readonly active!: boolean

  @Field(() => Int, { nullable: true })
  readonly position!: number | null
}

@ObjectType('ZendeskCustomStatus', {
  simpleResolvers: true,
  description: 'A status that the account named itself, of one of Zendesk’s own.',
})
export class ZendeskCustomStatus {
  @Field(() => ID, { description: 'Zendesk’s own id.' })
  readonly remoteId!: string

  @Field(() => String, { description: 'As agents see it.' })
  readonly label!: string

  @Field(() => String, { nullable: true, description: 'As customers see it.' })
  readonly customerLabel!: string | null

  @Field(() => String, { nullable: true, description: 'The status that it is of: `open`, `hold`, …' })
  readonly category!: string | null
}

@ObjectType('ZendeskFieldOption', { simpleResolvers: true })
export class ZendeskFieldOption {
  @Field(() => String, { description: 'As it stands in records.' })
  readonly value!: string

  @Field(() => String)
  readonly label!: string
}

@ObjectType('ZendeskField', {
  simpleResolvers: true,
  description: 'A field of the account’s own, of tickets, people or organizations.',
})
export class ZendeskField {
  @Field(() => String, { description: 'Its key among the custom fields: of tickets, its id.' })
  readonly key!: string

  @Field(() => String)
  readonly label!: string

  @Field(() => String, { description: '`ticket`, `contact` or `company`.' })
  readonly appliesTo!: string

  @Field(() => CustomFieldType)
  readonly type!: string

  @Field(() => String, { nullable: true, description: 'In Zendesk’s word: `tagger`, `regexp`, …' })
  readonly nativeType!: string | null

  @Field(() => [ZendeskFieldOption])
  readonly options!: readonly ZendeskFieldOption[]

  @Field(() => Boolean)
  readonly active!: boolean
}
