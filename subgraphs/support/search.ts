import { BOUNDS } from '../../store/search/bounds.ts'
import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import type { ConversationStatus, TicketStatus } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import { type Hit, search as searchRows, type SearchKind, type SnippetPart } from '../../store/search/search.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { toFilter } from '../interfaces/filters.ts'
import { Node } from '../interfaces/node.ts'
import { connectionOf, PageArgs, toPageRequest } from '../interfaces/page.ts'
import { Provider } from '../interfaces/provider.ts'
import type { Stub } from '../interfaces/stub.ts'

const SearchType: Readonly<Record<Uppercase<SearchKind>, SearchKind>> = {
  CUSTOMER: 'customer',
  COMPANY: 'company',
  CONTACT: 'contact',
  CONVERSATION: 'conversation',
  TICKET: 'ticket',
  MESSAGE: 'message',
}
registerEnumType(SearchType, { name: 'SearchType', description: 'What can be searched.' })

/** How threads of both kinds stand. */
const ThreadStatus: { readonly [S in ConversationStatus | TicketStatus]: S } = {
  NEW: 'NEW',
  OPEN: 'OPEN',
  PENDING: 'PENDING',
  ON_HOLD: 'ON_HOLD',
  SNOOZED: 'SNOOZED',
  SOLVED: 'SOLVED',
  CLOSED: 'CLOSED',
  OTHER: 'OTHER',
}
registerEnumType(ThreadStatus, { name: 'ThreadStatus', description: 'Where a conversation or ticket stands.' })

const ONLY_THREADS = 'Then conversations and tickets alone are searched.'

@InputType()
class SearchFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null

  @Field(() => [ID], { nullable: true, description: 'Only of these accounts.' })
  readonly integrationIds?: readonly string[] | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'From this time on.' })
  readonly createdAfter?: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'Before this time.' })
  readonly createdBefore?: Date | null

  @Field(() => [ThreadStatus], { nullable: true, description: `Stands so. ${ONLY_THREADS}` })
  readonly status?: readonly string[] | null

  @Field(() => ID, { nullable: true, description: `Given to this agent; null for given to nobody. ${ONLY_THREADS}` })
  readonly assigneeId?: string | null

  @Field(() => ID, { nullable: true, description: `Given to this team; null for given to none. ${ONLY_THREADS}` })
  readonly teamId?: string | null

  @Field(() => [String], {
    nullable: true,
    description: `Has any of the tags of these names, whatever the case, in whichever account. ${ONLY_THREADS}`,
  })
  readonly tag?: readonly string[] | null
}

/** What a hit leads to. */
type Found = Stub | (CustomerRow & { readonly __typename: 'Customer' })

/** Longest query that is looked at. */
const MAX_QUERY = 1_000

/** How long the database may take for one statement of a search. */
const DEADLINE_MS = 3_000

@ObjectType('SnippetPart', { simpleResolvers: true, description: 'A stretch of a snippet.' })
class SnippetPartType {
  @Field(() => String)
  readonly text!: string

  @Field(() => Boolean, { description: 'Whether it is a word for which the record was found.' })
  readonly matched!: boolean
}

@ObjectType({ simpleResolvers: true, description: 'Something that was found.' })
class SearchHit {
  @Field(() => SearchType)
  readonly type!: SearchKind

  @Field(() => Float, {
    description:
      '1 for what was named exactly (an id, an e-mail address, a ticket number); less for who or what bears the whole query as its name, then for what holds all words, words that begin so, other forms of them, and words with typos.',
  })
  readonly rank!: number

  @Field(() => String, { description: 'Plain text of the record, where it holds most of the words that were found.' })
  readonly snippet!: string

  @Field(() => [SnippetPartType], {
    description: 'The snippet in stretches, so that what matched can be shown: joined, their texts are the snippet.',
  })
  readonly snippetParts!: readonly SnippetPart[]
}

const hitPages = connectionOf('SearchHit', () => SearchHit)

/**
 * What a search costs besides what it finds: it reads the words of every kind, and ranks whatever holds them. By default a
 * member's budget so bears a hundred searches a second, however little is asked of what they find.
 */
const SEARCH_WEIGHT = 500

@Resolver(() => SearchHit)
class SearchResolver {
  @Directive(`@cost(weight: ${SEARCH_WEIGHT})`)
  @Query(() => hitPages.Connection, {
    description: `Finds customers, contacts, companies, conversations, tickets and messages of all tools: what is named exactly first, then what holds all words, in any case and without accents, as they are, as the beginning of one, in other forms, and, where that finds little, with typos. Paged forwards only. Of each type the ${BOUNDS.ranked} newest that fit best are ranked, and \`totalCount\` counts no more.`,
  })
  search(
    @Arg('query', () => String) query: string,
    @Arg('types', () => [SearchType], { nullable: true }) types: readonly SearchKind[] | null,
    @Arg('filter', () => SearchFilter, { nullable: true }) filter: SearchFilter | null,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { services, viewer }: SubgraphContext,
  ): Promise<Page<Hit>> {
    const { first, after } = toPageRequest(page)
    if (first === undefined) throw badUserInput('last: a search is paged forwards only; use first')
    if (query.trim() === '') throw badUserInput('query: expected something to search for, but it is empty')
    if (query.length > MAX_QUERY) {
      throw badUserInput(`query: expected at most ${MAX_QUERY} letters, but got ${query.length}`)
    }
    const { workspaceId } = viewer
    return searchRows(services.store.database.workspace(workspaceId, { deadlineMs: DEADLINE_MS }), workspaceId, {
      ...toFilter(filter),
      query,
      kinds: types ?? Object.values(SearchType),
      first,
      ...(after !== undefined && { after }),
    })
  }

  @FieldResolver(() => SearchType)
  type(@Root() hit: Hit): SearchKind {
    return hit.kind
  }

  @FieldResolver(() => [SnippetPartType])
  snippetParts(@Root() hit: Hit): readonly SnippetPart[] {
    return hit.parts
  }

  @FieldResolver(() => Node, { nullable: true, description: 'Null when it went while the search was under way.' })
  async node(@Root() hit: Hit, @Ctx() { reader }: SubgraphContext): Promise<Found | null> {
    const { kind, provider, id } = hit
    if (kind !== 'customer') return { kind, provider, id }
    const customer = await reader.identities.customerOf(id)
    return customer && { __typename: 'Customer', ...customer }
  }
}

/** The resolvers of search. */
export const searchResolvers: readonly ClassType[] = [SearchResolver, hitPages.resolver]
