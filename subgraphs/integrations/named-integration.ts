import { Field, ID, InputType, ObjectType } from 'type-graphql'
import type { Connector } from '../../kit/contract.ts'
import { fromNodeId } from '../../store/id.ts'
import { type Integration as StoredIntegration, whyInactive } from '../../store/integrations.ts'
import type { SubgraphContext } from '../context.ts'
import { UserError, userError } from '../interfaces/user-error.ts'
import { Integration } from './types.ts'

/** Which integration a mutation is about. */
@InputType()
export class IntegrationInput {
  @Field(() => ID)
  readonly id!: string
}

/** What became of an integration, or why nothing did. */
@ObjectType({ simpleResolvers: true })
export class IntegrationPayload {
  @Field(() => Integration, { nullable: true })
  readonly integration!: StoredIntegration | null

  @Field(() => [UserError])
  readonly userErrors!: readonly UserError[]
}

/** Nothing was done. */
export const refused = (...userErrors: readonly UserError[]): IntegrationPayload => ({ integration: null, userErrors })

/** The connector of a provider of the schema. */
export function connectorOf(context: SubgraphContext, provider: string): Connector {
  const connector = context.services.connectors.get(provider)
  if (connector === undefined) throw new Error(`provider ${provider} is in the schema but not in the registry`)
  return connector
}

/** Null when there is none of that id, or it is another workspace's. */
export async function findIntegration(context: SubgraphContext, id: string): Promise<StoredIntegration | null> {
  const named = fromNodeId(id)
  if (named?.kind !== 'integration') return null
  return context.services.store.integrations.find(context.viewer.workspaceId, named.uuid)
}

/** Keeps in the activity who did what with an integration. */
export function record(
  context: SubgraphContext,
  action: string,
  integration: Pick<StoredIntegration, 'id' | 'provider'> | null,
): Promise<void> {
  const { services, viewer } = context
  const { workspaceId, memberId } = viewer
  const detail = integration === null ? null : { provider: integration.provider }
  return services.store.activity.record({
    workspaceId,
    memberId,
    integrationId: integration?.id ?? null,
    action,
    detail,
  })
}

/** There is no such integration. */
export const unknown = (id: string): UserError => userError('NOT_FOUND', 'id', `there is no integration ${id}`)

/** The integration is there and does not work. */
export const disconnected = (integration: StoredIntegration): UserError =>
  userError('INTEGRATION_INACTIVE', 'id', whyInactive(integration))
