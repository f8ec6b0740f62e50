import { Field, InputType } from 'type-graphql'
import { Provider } from '../interfaces/provider.ts'
import { IntegrationStatus } from './types.ts'

@InputType()
export class IntegrationFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => [IntegrationStatus], { nullable: true })
  readonly status?: readonly string[] | null
}
