import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql'
import type { FieldsMethod, OAuth2Method } from '../../kit/contract.ts'
import { CredentialError } from '../../kit/errors.ts'
import { toNodeId } from '../../store/id.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { Provider } from '../interfaces/provider.ts'
import { fromProviderError, UserError, userError } from '../interfaces/user-error.ts'
import { beginAuthorization, endAuthorization } from './authorize.ts'
import { checkFields, connect, type Connecting, toSettings } from './connect.ts'
import { disconnect } from './disconnect.ts'
import {
  connectorOf,
  disconnected,
  findIntegration,
  IntegrationInput,
  IntegrationPayload,
  record,
  refused,
  unknown,
} from './named-integration.ts'
import { Integration } from './types.ts'

@InputType()
class CredentialFieldInput {
  @Field(() => String)
  readonly name!: string

  @Field(() => String)
  readonly value!: string
}

@InputType()
class AuthorizeIntegrationInput {
  @Field(() => Provider)
  readonly provider!: string

  @Field(() => String, { nullable: true, description: 'What to call it; the account’s own name when not given.' })
  readonly name?: string | null

  @Field(() => String, { nullable: true, description: 'Where the account is kept, for a provider with regions.' })
  readonly region?: string | null

  @Field(() => [CredentialFieldInput], {
    nullable: true,
    description: 'What `providers { auth { fields } }` asks for: the account’s domain, say.',
  })
  readonly fields?: readonly CredentialFieldInput[] | null
}

@InputType()
class CompleteAuthorizationInput {
  @Field(() => String, { description: 'As the provider sent it back.' })
  readonly state!: string

  @Field(() => String, { description: 'As the provider sent it back.' })
  readonly code!: string
}

@InputType()
class ConnectWithCredentialsInput {
  @Field(() => Provider)
  readonly provider!: string

  @Field(() => String, { nullable: true, description: 'What to call it; the account’s own name when not given.' })
  readonly name?: string | null

  @Field(() => [CredentialFieldInput], { description: 'What `providers { auth { fields } }` asks for.' })
  readonly fields!: readonly CredentialFieldInput[]
}

@InputType()
class DisconnectIntegrationInput {
  @Field(() => ID)
  readonly id!: string

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Also erase everything that was mirrored from it. Cannot be undone.',
  })
  readonly erase!: boolean
}

@ObjectType({ simpleResolvers: true })
class AuthorizeIntegrationPayload {
  @Field(() => String, { nullable: true, description: 'Send the person there. It is good for ten minutes, once.' })
  readonly url!: string | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class TestIntegrationPayload {
  @Field(() => Boolean, { description: 'The provider answers, and the credential is good.' })
  readonly ok!: boolean

  @Field(() => Integration, { nullable: true })
  readonly integration!: StoredIntegration | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class DisconnectIntegrationPayload {
  @Field(() => ID, { nullable: true })
  readonly id!: string | null

  @Field(() => Integration, {
    nullable: true,
    description: 'As it now stands; its rows are gone when they were erased.',
  })
  readonly integration!: StoredIntegration | null

  @Field(() => Boolean, { description: 'Whether the provider took our access back, or had before.' })
  readonly revoked!: boolean

  @Field(() => String, {
    nullable: true,
    description: 'Why it did not: take it back there by hand. Everything else was done.',
  })
  readonly warning!: string | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

const connectingBy = ({ viewer }: SubgraphContext, name: string | null | undefined): Connecting => ({
  workspaceId: viewer.workspaceId,
  memberId: viewer.memberId,
  name: name?.trim() || null,
})

const toValues = (fields: readonly CredentialFieldInput[]): Readonly<Record<string, string>> =>
  Object.fromEntries(fields.map(({ name, value }) => [name, value.trim()]))

/** Connecting accounts, and ending that. */
@Resolver()
export class IntegrationMutations {
  @Mutation(() => AuthorizeIntegrationPayload, {
    description: 'Begins connecting an account by the provider’s own sign-in. Needs ADMIN.',
  })
  async authorizeIntegration(
    @Arg('input', () => AuthorizeIntegrationInput) input: AuthorizeIntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<AuthorizeIntegrationPayload> {
    requireRole(context, 'ADMIN')
    const connector = connectorOf(context, input.provider)
    const method = connector.auth.find((each): each is OAuth2Method => each.kind === 'oauth2')
    const given = toValues(input.fields ?? [])
    const fields = input.region ? { ...given, region: input.region } : given
    // A provider may have regions without asking for one.
    const isRegionAsked = method?.fields.some(({ name }) => name === 'region') ?? false
    const wrong = method ? checkFields(method.fields, isRegionAsked ? fields : given) : []
    if (wrong.length > 0) return { url: null, userErrors: wrong }
    const settings = toSettings(context.services, input.provider, fields)
    const url = await beginAuthorization(context.services, connectingBy(context, input.name), { connector, settings })
    if (url !== null) {
      await record(context, `integration.authorizing`, null)
      return { url, userErrors: [] }
    }
    const message = `connecting ${connector.title} by sign-in needs its client id and secret in the settings; see .env.example`
    return { url: null, userErrors: [userError('NOT_CONFIGURED', 'provider', message)] }
  }

  @Mutation(() => IntegrationPayload, {
    description:
      'Ends what `authorizeIntegration` began, for clients that receive the provider’s redirect themselves. Needs ADMIN.',
  })
  async completeAuthorization(
    @Arg('input', () => CompleteAuthorizationInput) input: CompleteAuthorizationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<IntegrationPayload> {
    requireRole(context, 'ADMIN')
    const returned = new URLSearchParams({ state: input.state, code: input.code })
    try {
      return {
        integration: await endAuthorization(context.services, returned, context.viewer.workspaceId),
        userErrors: [],
      }
    } catch (error) {
      return refused(fromProviderError(error, 'code'))
    }
  }

  @Mutation(() => IntegrationPayload, {
    description: 'Connects an account with a key that a person filled in. Needs ADMIN.',
  })
  async connectWithCredentials(
    @Arg('input', () => ConnectWithCredentialsInput) input: ConnectWithCredentialsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<IntegrationPayload> {
    requireRole(context, 'ADMIN')
    const connector = connectorOf(context, input.provider)
    const method = connector.auth.find((each): each is FieldsMethod => each.kind === 'fields')
    if (!method) return refused(userError('UNSUPPORTED', 'provider', `${connector.title} is connected by sign-in only`))
    const fields = toValues(input.fields)
    const wrong = checkFields(method.fields, fields)
    if (wrong.length > 0) return refused(...wrong)
    const credential = { accessToken: null, refreshToken: null, expiresAt: null, fields }
    const settings = toSettings(context.services, input.provider, fields)
    try {
      const connecting = connectingBy(context, input.name)
      return {
        integration: await connect(context.services, connecting, { connector, settings, credential }),
        userErrors: [],
      }
    } catch (error) {
      return refused(fromProviderError(error, 'fields'))
    }
  }

  @Mutation(() => TestIntegrationPayload, {
    description:
      'Asks the provider whether the credential is still good, and sets the status by the answer. Needs AGENT.',
  })
  async testIntegration(
    @Arg('input', () => IntegrationInput) input: IntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<TestIntegrationPayload> {
    requireRole(context, 'AGENT')
    const integration = await findIntegration(context, input.id)
    if (!integration) return { ok: false, ...refused(unknown(input.id)) }
    if (integration.status === 'DISCONNECTED') return { ok: false, ...refused(disconnected(integration)) }
    const { store } = context.services
    const connector = connectorOf(context, integration.provider)
    const userErrors: UserError[] = []
    try {
      await connector.identify(await context.services.openClient(integration.id, 'person'))
      await store.integrations.setStatus(integration.id, 'ACTIVE', null)
    } catch (error) {
      userErrors.push(fromProviderError(error, 'id'))
      if (error instanceof CredentialError) {
        await store.integrations.needsReconnect(integration, error.message)
      }
    }
    await record(context, 'integration.tested', integration)
    return { ok: userErrors.length === 0, integration: await findIntegration(context, input.id), userErrors }
  }

  @Mutation(() => IntegrationPayload, {
    description: 'Brings an integration up to date now, not at its next time. Needs AGENT.',
  })
  async syncIntegration(
    @Arg('input', () => IntegrationInput) input: IntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<IntegrationPayload> {
    requireRole(context, 'AGENT')
    const integration = await findIntegration(context, input.id)
    if (!integration) return refused(unknown(input.id))
    if (integration.status !== 'ACTIVE') return refused(disconnected(integration))
    await context.services.requestSync(integration.id)
    await record(context, 'integration.sync', integration)
    return { integration, userErrors: [] }
  }

  @Mutation(() => DisconnectIntegrationPayload, {
    description: 'Ends an integration: takes its access back at the provider and forgets its credential. Needs ADMIN.',
  })
  async disconnectIntegration(
    @Arg('input', () => DisconnectIntegrationInput) input: DisconnectIntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<DisconnectIntegrationPayload> {
    requireRole(context, 'ADMIN')
    const integration = await findIntegration(context, input.id)
    if (!integration) return { id: null, revoked: false, warning: null, ...refused(unknown(input.id)) }
    const ended = await disconnect(context, integration, input.erase ? 'erase' : 'keep')
    const left = await findIntegration(context, input.id)
    return { id: toNodeId('integration', integration.id), integration: left, userErrors: [], ...ended }
  }
}
