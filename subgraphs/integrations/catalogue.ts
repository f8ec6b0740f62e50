import { Ctx, Field, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql'
import type { AuthMethod, Connector, CredentialField } from '../../kit/contract.ts'
import type { SubgraphContext } from '../context.ts'
import { Provider } from '../interfaces/provider.ts'

const AuthKind = { OAUTH2: 'oauth2', FIELDS: 'fields' } as const
registerEnumType(AuthKind, {
  name: 'AuthKind',
  description: 'How an account is connected.',
  valuesConfig: {
    OAUTH2: { description: 'A person allows it at the provider: `authorizeIntegration`.' },
    FIELDS: { description: 'A person fills in a key: `connectWithCredentials`.' },
  },
})

@ObjectType('CredentialField', { simpleResolvers: true, description: 'Something to fill in.' })
class CredentialFieldType {
  @Field(() => String)
  readonly name!: string

  @Field(() => String)
  readonly label!: string

  @Field(() => String, { description: 'Where to find it.' })
  readonly help!: string

  @Field(() => Boolean, { description: 'Not to be shown while it is typed.' })
  readonly secret!: boolean

  @Field(() => Boolean)
  readonly required!: boolean

  @Field(() => String, { nullable: true, description: 'A regular expression that the whole value matches.' })
  readonly pattern!: string | null

  @Field(() => [String], { nullable: true, description: 'The values to choose from; null for free text.' })
  readonly options!: readonly string[] | null
}

@ObjectType('ProviderAuth', { simpleResolvers: true, description: 'One way to connect an account.' })
class ProviderAuth {
  @Field(() => AuthKind)
  readonly kind!: string

  @Field(() => [String], { description: 'What the provider is asked to allow.' })
  readonly scopes!: readonly string[]

  @Field(() => [CredentialFieldType])
  readonly fields!: readonly CredentialField[]

  @Field(() => Boolean, { description: 'False when our own registration at the provider is not configured.' })
  readonly available!: boolean
}

@ObjectType('ProviderInfo', { simpleResolvers: true, description: 'A tool that can be connected.' })
class ProviderInfo {
  @Field(() => Provider)
  readonly provider!: string

  @Field(() => String)
  readonly title!: string

  @Field(() => String)
  readonly description!: string

  @Field(() => [ProviderAuth])
  readonly auth!: readonly ProviderAuth[]

  @Field(() => [String], { description: 'The lists that are mirrored.' })
  readonly streams!: readonly string[]

  @Field(() => [String], { description: 'What can be done there: `reply`, `close`, `createTicket`, …' })
  readonly actions!: readonly string[]

  @Field(() => String, {
    nullable: true,
    description:
      'Where its webhooks are to be sent, of all accounts; null when it has none, or each integration has an address of its own.',
  })
  readonly webhookUrl!: string | null
}

function toAuth(method: AuthMethod, registered: boolean): ProviderAuth {
  return method.kind === 'oauth2'
    ? { kind: method.kind, scopes: method.scopes, fields: method.fields, available: registered }
    : { kind: method.kind, scopes: [], fields: method.fields, available: true }
}

function toInfo(connector: Connector, { services }: SubgraphContext): ProviderInfo {
  const registered = services.oauthApp(connector.provider) !== null
  return {
    provider: connector.provider,
    title: connector.title,
    description: connector.description,
    auth: connector.auth.map((method) => toAuth(method, registered)),
    streams: connector.streams.map((stream) => stream.name),
    actions: Object.keys(connector.actions),
    webhookUrl: connector.webhook?.addressee === 'app' ? services.webhookUrl(connector.provider) : null,
  }
}

/** The catalogue: which tools there are, and what connecting each takes. */
@Resolver()
export class CatalogueResolver {
  @Query(() => [ProviderInfo], { description: 'The tools that can be connected.' })
  providers(@Ctx() context: SubgraphContext): readonly ProviderInfo[] {
    return [...context.services.connectors.values()].map((connector) => toInfo(connector, context))
  }
}
