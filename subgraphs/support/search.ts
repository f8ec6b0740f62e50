import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  InputType,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql'
import type { Page } from '../../store/read.ts'
import { type Hit, search as searchRows, type SearchKind } from '../../store/search.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { Node } from '../interfaces/node.ts'
import { connectionOf, PageArgs, toPageRequest } from '../interfaces/page.ts'
import { Provider } from '../interfaces/provider.ts'
import type { Stub } from '../interfaces/stub.ts'

const SearchType: Readonly<Record<Uppercase<SearchKind>, SearchKind>> = {
  COMPANY: 'company',
  CONTACT: 'contact',
  CONVERSATION: 'conversation',
  TICKET: 'ticket',
  MESSAGE: 'message',
}
registerEnumType(SearchType, { name: 'SearchType', description: 'What can be searched.' })

@InputType()
class SearchFilter {
  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers?: readonly string[] | null
}

/** Longest query that is looked at. */
const MAX_QUERY = 1_000

@ObjectType({ simpleResolvers: true, description: 'Something that was found.' })
class SearchHit {
  @Field(() => SearchType)
  readonly type!: SearchKind

  @Field(() => Float, {
    description:
      '1 for what was named exactly (an id, an e-mail address, a ticket number); less for what holds the words.',
  })
  readonly rank!: number

  @Field(() => String, { description: 'Plain text around the first word that was found.' })
  readonly snippet!: string
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
    description:
      'Finds contacts, companies, conversations, tickets and messages of all tools: what is named exactly first, then what holds all words, each as the beginning of one. Paged forwards only.',
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
    return searchRows(services.store.database.workspace(viewer.workspaceId), {
      query,
      kinds: types ?? Object.values(SearchType),
      first,
      ...(filter?.providers != null && { providers: filter.providers }),
      ...(after !== undefined && { after }),
    })
  }

  @FieldResolver(() => SearchType)
  type(@Root() hit: Hit): SearchKind {
    return hit.kind
  }

  @FieldResolver(() => Node, { nullable: true })
  node(@Root() hit: Hit): Stub {
    return hit
  }
}

/** The resolvers of search. */
export const searchResolvers: readonly ClassType[] = [SearchResolver, hitPages.resolver]
