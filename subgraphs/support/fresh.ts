import { Arg, Ctx, Field, ID, Int, ObjectType, Query, registerEnumType, Resolver } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { within } from '../../kit/deadline.ts'
import { CredentialError, ProviderError } from '../../kit/errors.ts'
import { readContext } from '../../kit/read-context.ts'
import { fromNodeId } from '../../store/id.ts'
import { whyInactive } from '../../store/integrations.ts'
import type { RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { Node } from '../interfaces/node.ts'
import { isStubKind, type Stub, type StubKind } from '../interfaces/stub.ts'

const Freshness = { HELD: 'HELD', ASKED: 'ASKED', NOT_ANSWERED: 'NOT_ANSWERED' } as const
type Freshness = keyof typeof Freshness
registerEnumType(Freshness, {
  name: 'Freshness',
  description: 'What a read with a greatest age was served.',
  valuesConfig: {
    HELD: { description: 'What is held: it is young enough.' },
    ASKED: { description: 'What the provider says now.' },
    NOT_ANSWERED: { description: 'What is held, though it is older: the provider did not tell, as `reason` says.' },
  },
})

@ObjectType('FreshNode', {
  simpleResolvers: true,
  description: 'A record, no older than was asked for if the provider answers.',
})
class FreshNode {
  @Field(() => Node, { nullable: true, description: 'Null when it is gone at the provider.' })
  readonly node!: Stub | null

  @Field(() => Freshness)
  readonly freshness!: Freshness

  @Field(() => GraphQLDateTimeISO, { description: 'When the provider was last asked for it, or told of it.' })
  readonly asOf!: Date

  @Field(() => String, { nullable: true, description: 'Why the provider did not tell.' })
  readonly reason!: string | null
}

/** A person waits for it. */
const ANSWER_MS = 5_000

/** Reading one record anew. */
@Resolver()
export class FreshNodeResolver {
  @Query(() => FreshNode, {
    nullable: true,
    description:
      'A record by its global id. When what is held is older than `maxAge` seconds, the provider is asked first, within its quota and five seconds; of a message its thread is asked for. Null when there is no such record.',
  })
  async freshNode(
    @Arg('id', () => ID) id: string,
    @Arg('maxAge', () => Int, { description: 'Seconds; 0 always asks.' }) maxAge: number,
    @Ctx() context: SubgraphContext,
  ): Promise<FreshNode | null> {
    const found = fromNodeId(id)
    if (maxAge < 0) throw badUserInput(`maxAge: expected 0 or more seconds, but got ${maxAge}`)
    if (found === null || !isStubKind(found.kind)) throw badUserInput(`id: expected the id of a record, but got ${id}`)
    const { kind, uuid } = found
    const held = await context.reader.byId(kind, uuid)
    if (held === null) return null
    const isYoung = context.services.now().getTime() - held.observedAt.getTime() <= maxAge * 1_000
    if (isYoung) return { node: held, freshness: 'HELD', asOf: held.observedAt, reason: null }
    const reason = await ask(context, (await threadOf(context, held)) ?? held)
    const now = await context.reader.byId(kind, uuid, { deleted: true })
    return {
      node: now === null || now.deletedAt !== null ? null : now,
      freshness: reason === null ? 'ASKED' : 'NOT_ANSWERED',
      asOf: now?.observedAt ?? held.observedAt,
      reason,
    }
  }
}

/** What a message stands in: no provider has a call for a message alone. */
async function threadOf({ reader }: SubgraphContext, row: RowOf<StubKind>): Promise<RowOf<StubKind> | null> {
  const message = row.kind === 'message' ? await reader.byId('message', row.id) : null
  if (message === null) return null
  if (message.conversationId !== null) return reader.byId('conversation', message.conversationId)
  return message.ticketId === null ? null : reader.byId('ticket', message.ticketId)
}

/** Asks the provider for a record, and stores what it says. Answers why that could not be; null when it was. */
async function ask(context: SubgraphContext, row: RowOf<StubKind>): Promise<string | null> {
  const { services, viewer } = context
  const { store } = services
  const { integrationId, remoteId, kind } = row
  const integration = await store.integrations.find(viewer.workspaceId, integrationId)
  if (integration === null || integration.status !== 'ACTIVE') {
    return integration === null ? 'its account is gone' : whyInactive(integration)
  }
  const connector = services.connectors.get(integration.provider)
  const stream = connector?.streams.find((each) => each.kind === kind && each.readOne !== null)
  if (!stream?.readOne) return `${connector?.title ?? integration.provider} does not tell of one such record`
  const { name, readOne } = stream
  const observedAt = services.now()
  const place = { integrationId, stream: name }
  try {
    const client = await services.openClient(integrationId, 'live')
    const { signal } = new AbortController()
    const changes = await within(client, ANSWER_MS, (bounded) =>
      readOne(bounded, remoteId, readContext(store, place, { now: observedAt, signal })),
    )
    const reading = { stream: name, kind: stream.kind, read: [remoteId], failed: [] }
    const batch = { integrationId, changes, observedAt, learnedBy: 'READ', origin: 'sync', reading } as const
    const { refused } = await store.apply(batch)
    context.forgetRows()
    return refused.find((each) => each.kind === kind && each.remoteId === remoteId)?.reason ?? null
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error instanceof CredentialError) await store.integrations.needsReconnect(integration, error.message)
    return error.message
  }
}
