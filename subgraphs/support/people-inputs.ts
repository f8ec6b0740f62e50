import { Field, ID, InputType } from 'type-graphql'
import { CustomFieldInput } from '../acting/custom-values.ts'
import { ActingInput, KeyedInput } from '../acting/input.ts'

const CREATED = 'What is null or not given is left to the provider.'
const CHANGED = 'What is not given stays as it is. Null empties a field, and is refused for one that cannot be empty.'

/** What contacts and companies have in common. */
@InputType()
abstract class CustomerInput extends ActingInput {
  @Field(() => String, { nullable: true, description: 'Our own systems’ key.' })
  readonly externalId?: string | null

  @Field(() => [String], { nullable: true, description: 'All the tags that it is to have, by name.' })
  readonly tags?: readonly string[] | null

  @Field(() => [CustomFieldInput], { nullable: true, description: 'Those that are not named stay as they are.' })
  readonly customFields?: readonly CustomFieldInput[] | null
}

@InputType()
export abstract class ContactInput extends CustomerInput {
  @Field(() => String, { nullable: true })
  readonly name?: string | null

  @Field(() => String, { nullable: true })
  readonly email?: string | null

  @Field(() => String, { nullable: true })
  readonly phone?: string | null

  @Field(() => ID, { nullable: true, description: 'The company that they belong to; null for none.' })
  readonly companyId?: string | null
}

@InputType({ description: CREATED })
export class CreateContactInput extends ContactInput {
  @Field(() => ID, { description: 'The account in which the contact is made.' })
  readonly integrationId!: string
}

@InputType({ description: CHANGED })
export class UpdateContactInput extends ContactInput {
  @Field(() => ID)
  readonly contactId!: string
}

@InputType()
abstract class CompanyInput extends CustomerInput {
  @Field(() => String, { nullable: true })
  readonly website?: string | null
}

@InputType({ description: CREATED })
export class CreateCompanyInput extends CompanyInput {
  @Field(() => ID, { description: 'The account in which the company is made.' })
  readonly integrationId!: string

  @Field(() => String)
  readonly name!: string
}

@InputType({ description: CHANGED })
export class UpdateCompanyInput extends CompanyInput {
  @Field(() => ID)
  readonly companyId!: string

  @Field(() => String, { nullable: true })
  readonly name?: string | null
}

@InputType()
export class SetAgentAvailabilityInput extends KeyedInput {
  @Field(() => ID, { description: 'Whose it is; it is set in their own name.' })
  readonly agentId!: string

  @Field(() => Boolean, { description: 'Whether work can be given to them from now on.' })
  readonly available!: boolean
}
