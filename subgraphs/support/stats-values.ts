import { Args, type ClassType, Ctx, Directive, FieldResolver, Float, ID, Int, Resolver, Root } from 'type-graphql'
import { toNodeId } from '../../store/id.ts'
import { AGES } from '../../store/metrics/dictionary.ts'
import type { FactRow } from '../../store/metrics/rows.ts'
import type { BucketValue, GroupValue, Value } from '../../store/metrics/stat.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { Node } from '../interfaces/node.ts'
import { PageArgs, toPageRequest } from '../interfaces/page.ts'
import type { Stub, StubKind } from '../interfaces/stub.ts'
import { providerEnum } from '../names.ts'
import { bucketsListed, StatBucket, StatGroup, StatRow, statRowPages, StatValue } from './stats-types.ts'
import { stubs } from './stubs.ts'

@Resolver(() => StatValue)
class ValueResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description: 'The figure that stands for the metric, as its definition says.',
  })
  value(@Root() { headline }: Value): number | null {
    return headline
  }

  @FieldResolver(() => Int, { description: 'How many rows there are.' })
  count(@Root() { figures }: Value): number {
    return figures.count
  }

  @FieldResolver(() => Float, { nullable: true, description: 'The mean of the values of the rows.' })
  average(@Root() { figures }: Value): number | null {
    return figures.average
  }

  @FieldResolver(() => Float, { nullable: true, description: 'The median: half of the values are no greater.' })
  p50(@Root() { figures }: Value): number | null {
    return figures.p50
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Nine of ten values are no greater.' })
  p90(@Root() { figures }: Value): number | null {
    return figures.p90
  }

  @FieldResolver(() => Float, { nullable: true, description: 'Nineteen of twenty values are no greater.' })
  p95(@Root() { figures }: Value): number | null {
    return figures.p95
  }

  @FieldResolver(() => Float, { nullable: true })
  minimum(@Root() { figures }: Value): number | null {
    return figures.minimum
  }

  @FieldResolver(() => Float, { nullable: true })
  maximum(@Root() { figures }: Value): number | null {
    return figures.maximum
  }

  @FieldResolver(() => Float, { nullable: true })
  sum(@Root() { figures }: Value): number | null {
    return figures.sum
  }

  @FieldResolver(() => statRowPages.Connection, {
    description:
      'Exactly what was counted: the newest first, and of what stood open the oldest first. Paged forwards only.',
  })
  rows(@Root() value: Value, @Args(() => PageArgs) page: PageArgs): Promise<Page<FactRow>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: rows are paged forwards only; use first')
    return value.rows({ first, ...(after !== undefined && { after }) })
  }
}

/** As long as it is there: it may be gone, or not have been read yet. */
async function stubOf(context: SubgraphContext, kind: StubKind, id: string | null): Promise<Stub | null> {
  const row = id === null ? null : await context.reader.byId(kind, id)
  return row && { kind, provider: row.provider, id: row.id }
}

@Resolver(() => StatRow)
class RowResolver {
  @FieldResolver(() => stubs.conversation.Interface, { nullable: true, description: 'Null for a fact of a ticket.' })
  conversation(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'conversation', row.threadKind === 'conversation' ? row.threadId : null)
  }

  @FieldResolver(() => stubs.ticket.Interface, { nullable: true, description: 'Null for a fact of a conversation.' })
  ticket(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'ticket', row.threadKind === 'ticket' ? row.threadId : null)
  }

  @FieldResolver(() => stubs.message.Interface, {
    nullable: true,
    description: 'The answer; null where it is of none.',
  })
  message(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'message', row.recordId)
  }

  @FieldResolver(() => stubs.agent.Interface, {
    nullable: true,
    description: 'Who answered or was rated; else to whom it is given.',
  })
  agent(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'agent', row.agentId)
  }

  @FieldResolver(() => stubs.team.Interface, { nullable: true })
  team(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'team', row.teamId)
  }

  @FieldResolver(() => stubs.contact.Interface, { nullable: true })
  contact(@Root() row: FactRow, @Ctx() context: SubgraphContext): Promise<Stub | null> {
    return stubOf(context, 'contact', row.contactId)
  }
}

const RECORDS = { TEAM: 'team', AGENT: 'agent', TAG: 'tag' } as const
const isOfRecords = (by: string): by is keyof typeof RECORDS => by in RECORDS
const NONE = 'None'
/** A record that is named by others, and was not read yet. */
const UNKNOWN = 'Unknown'

@Resolver(() => StatGroup)
class GroupResolver {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'What the filter takes for it: the id of a team, agent, tag or account, or the name of a provider, channel or thread; a bracket of age. Null for what has none.',
  })
  key(@Root() { by, key }: GroupValue): string | null {
    if (key === null) return null
    if (isOfRecords(by)) return toNodeId(RECORDS[by], key)
    if (by === 'INTEGRATION') return toNodeId('integration', key)
    return by === 'PROVIDER' ? providerEnum(key) : by === 'THREAD' ? key.toUpperCase() : key
  }

  @FieldResolver(() => String, { description: 'What to call it.' })
  async label(@Root() { by, key }: GroupValue, @Ctx() { reader, services, viewer }: SubgraphContext): Promise<string> {
    if (key === null) return NONE
    switch (by) {
      case 'TEAM':
        return (await reader.byId('team', key, { deleted: true }))?.name ?? UNKNOWN
      case 'TAG':
        return (await reader.byId('tag', key, { deleted: true }))?.name ?? UNKNOWN
      case 'AGENT': {
        const agent = await reader.byId('agent', key, { deleted: true })
        return agent?.name ?? agent?.email ?? UNKNOWN
      }
      case 'INTEGRATION':
        return (await services.store.integrations.find(viewer.workspaceId, key))?.name ?? UNKNOWN
      case 'PROVIDER':
        return services.connectors.get(key)?.title ?? key
      case 'THREAD':
        return key === 'conversation' ? 'Conversations' : 'Tickets'
      case 'AGE':
        return AGES.find((age) => age.key === key)?.label ?? key
      case 'CHANNEL':
        return key
    }
  }

  @FieldResolver(() => Node, { nullable: true, description: 'The team, agent, tag or account; null where it is none.' })
  node(
    @Root() { by, key }: GroupValue,
    @Ctx() context: SubgraphContext,
  ): Promise<Stub | null> | { readonly __typename: 'Integration'; readonly id: string } | null {
    if (key === null) return null
    if (isOfRecords(by)) return stubOf(context, RECORDS[by], key)
    return by === 'INTEGRATION' ? { __typename: 'Integration', id: toNodeId('integration', key) } : null
  }

  @Directive(bucketsListed)
  @FieldResolver(() => [StatBucket], { description: 'As those of the whole; none unless `bucket` is given.' })
  buckets(@Root() group: GroupValue): readonly BucketValue[] {
    return group.buckets
  }
}

/** The resolvers of numbers, their rows and groups. */
export const valueResolvers: readonly ClassType[] = [ValueResolver, RowResolver, GroupResolver, statRowPages.resolver]
