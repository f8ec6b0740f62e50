import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql'
import type { Stream } from '../../kit/contract.ts'
import type { Integration as StoredIntegration } from '../../store/integrations.ts'
import type { Completeness as Stored } from '../../store/ledger/completeness.ts'
import type { Services, SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { Completeness } from './completeness-types.ts'
import {
  disconnected,
  findIntegration,
  IntegrationInput,
  IntegrationPayload,
  record,
  refused,
  unknown,
} from './named-integration.ts'
import { Integration } from './types.ts'

/** Missing records of a stream that are told by name. */
const EXAMPLES = 10

/** How complete the mirror of an integration is. */
@Resolver(() => Integration)
export class CompletenessResolver {
  @FieldResolver(() => [Completeness], {
    description: 'How complete each kind of list is, as it was last held against the provider.',
  })
  completeness(@Root() row: StoredIntegration, @Ctx() { services }: SubgraphContext): Promise<readonly Completeness[]> {
    return completenessOf(services, row)
  }
}

/** Asking for an audit. */
@Resolver()
export class AuditMutations {
  @Mutation(() => IntegrationPayload, {
    description:
      'Holds everything mirrored of an integration against the provider’s own lists now, not at its next time, and heals what differs. Needs AGENT.',
  })
  async auditIntegration(
    @Arg('input', () => IntegrationInput) input: IntegrationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<IntegrationPayload> {
    requireRole(context, 'AGENT')
    const integration = await findIntegration(context, input.id)
    if (!integration) return refused(unknown(input.id))
    if (integration.status !== 'ACTIVE') return refused(disconnected(integration))
    await context.services.requestAudit(integration.id)
    await record(context, 'integration.audit', integration)
    return { integration, userErrors: [] }
  }
}

/** How complete each stream of an integration is, in the connector's order. */
async function completenessOf(
  { store, connectors }: Services,
  { id, provider }: StoredIntegration,
): Promise<readonly Completeness[]> {
  const found = new Map(
    (await store.ledger.completeness(id, { examples: EXAMPLES })).map((each) => [each.stream, each]),
  )
  const counts = new Map((await store.ledger.counts.states(id)).map(({ stream, compared }) => [stream, compared]))
  return (connectors.get(provider)?.streams ?? []).map((stream) => ({
    ...toCompleteness(stream, found.get(stream.name) ?? null),
    counted: counts.get(stream.name) ?? null,
  }))
}

function toCompleteness({ name, kind, audit }: Stream, found: Stored | null): Omit<Completeness, 'counted'> {
  return {
    stream: name,
    kind,
    method: found?.method ?? audit?.method ?? null,
    state: found?.state ?? null,
    error: found?.error ?? null,
    expected: found?.expected ?? null,
    held: found?.held ?? null,
    missing: found?.missing ?? null,
    percent: percentOf(found),
    unconfirmed: found?.unconfirmed ?? null,
    healed: found?.healed ?? null,
    examples: found?.examples ?? [],
    startedAt: found?.startedAt ?? null,
    lastAuditedAt: found?.auditedAt ?? null,
  }
}

/** In tenths, rounded down, so that one of a million that is missing shows. */
function percentOf(found: Stored | null): number | null {
  if (found === null || found.expected === null || found.missing === null) return null
  if (found.expected === 0 || found.missing === 0) return 100
  return Math.max(0, Math.floor((1_000 * (found.expected - found.missing)) / found.expected) / 10)
}
