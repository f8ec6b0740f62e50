import {
  Arg,
  Args,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql'
import { fromNodeId, toNodeId } from '../../store/id.ts'
import type { RowOf } from '../../store/kinds.ts'
import type { Page } from '../../store/read.ts'
import type { SubgraphContext } from '../context.ts'
import { filters, within } from './filters.ts'
import { IntegrationReference } from './integration-reference.ts'
import { type Order, orders, toOrderBy } from './orders.ts'
import { type ConnectionClasses, connectionOf, PageArgs, toPageRequest } from './page.ts'

/** Which account of a provider is looked at; null for all that are connected. */
export interface AccountScope {
  /** The integration's global id. */
  readonly integrationId: string | null
  /** Its row id. */
  readonly rowId: string | null
}

/** Kinds that accounts have lists of. */
type ListedKind = keyof typeof orders

/** A list of an account: the kind of its rows, and the provider's type of them. */
export interface AccountList {
  readonly kind: ListedKind
  readonly type: () => ClassType
}

/** What a provider's root is made of. */
export interface AccountParts {
  /** Lower-case; the name of the root field. */
  readonly provider: string
  /** As people write it; what names of types begin with. */
  readonly title: string
  /** The lists by the name of their field. */
  readonly lists: Readonly<Record<string, AccountList>>
}

/** A provider's root in the schema, and the resolvers that answer for it. */
export interface AccountClasses {
  /** The type that a provider adds its own fields to. Its value is an `AccountScope`. */
  readonly Account: ClassType
  readonly resolvers: readonly ClassType[]
}

/**
 * Makes the root of a provider: `${provider}(integrationId): ${title}Account`, with its own lists under the filters and
 * orders that the unified ones have.
 */
export function accountOf({ provider, title, lists }: AccountParts): AccountClasses {
  @ObjectType(`${title}Account`, {
    description: `What stands at ${title}: of one account, or of all that are connected.`,
  })
  class Account {
    @Field(() => ID, { nullable: true, description: 'Null when several accounts are looked at together.' })
    readonly integrationId!: string | null
  }

  @Resolver(() => Account)
  class AccountResolver {
    @FieldResolver(() => [IntegrationReference], {
      description: 'The accounts that are looked at, and how each fares.',
    })
    async integrations(
      @Root() scope: AccountScope,
      @Ctx() { services, viewer }: SubgraphContext,
    ): Promise<readonly IntegrationReference[]> {
      if (scope.integrationId !== null) return [{ id: scope.integrationId }]
      const all = await services.store.integrations.list(viewer.workspaceId, { provider })
      return all.map(({ id }) => ({ id: toNodeId('integration', id) }))
    }
  }

  const pages = Object.entries(lists).map(([name, { kind, type }]) => {
    const page = connectionOf(`${title}${capital(kind)}`, type)
    defineList(AccountResolver, name, { provider, kind, page })
    return page.resolver
  })
  defineRoot(AccountResolver, Account, { provider, title })
  return { Account, resolvers: [AccountResolver, ...pages] }
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Gives a resolver class a method, as if it had been written there; its name is known only now. */
function defineMethod(target: ClassType, name: string, value: unknown, decorators: readonly MethodDecorator[]): void {
  const descriptor = { value, writable: true, configurable: true }
  Object.defineProperty(target.prototype, name, descriptor)
  for (const decorate of decorators) decorate(target.prototype, name, descriptor)
}

/** Decorators of a method's parameters as decorators of the method, last first as the compiler applies them. */
const parameters = (...decorators: readonly ReturnType<typeof Root>[]): readonly MethodDecorator[] =>
  decorators
    .map(
      (decorate, index): MethodDecorator =>
        (target, name) =>
          decorate(target, name, index),
    )
    .toReversed()

function defineList(
  target: ClassType,
  name: string,
  { provider, kind, page }: { provider: string; kind: ListedKind; page: ConnectionClasses },
): void {
  const resolve = (
    scope: AccountScope,
    args: PageArgs,
    filter: object | null,
    order: Order | null,
    context: SubgraphContext,
  ): Promise<Page<RowOf<ListedKind>>> => {
    const own = { providers: [provider], ...(scope.rowId !== null && { integrationIds: [scope.rowId] }) }
    return context.reader.list(kind, {
      ...toPageRequest(args),
      filter: within(filter, own),
      ...toOrderBy(kind, order),
    })
  }
  defineMethod(target, name, resolve, [
    FieldResolver(() => page.Connection),
    ...parameters(
      Root(),
      Args(() => PageArgs),
      Arg('filter', () => filters[kind], { nullable: true }),
      Arg('orderBy', () => orders[kind].Input, { nullable: true }),
      Ctx(),
    ),
  ])
}

function defineRoot(target: ClassType, Account: ClassType, { provider, title }: Omit<AccountParts, 'lists'>): void {
  const resolve = async (
    integrationId: string | null | undefined,
    { services, viewer }: SubgraphContext,
  ): Promise<AccountScope | null> => {
    if (integrationId == null) return { integrationId: null, rowId: null }
    const named = fromNodeId(integrationId)
    if (named?.kind !== 'integration') return null
    const integration = await services.store.integrations.find(viewer.workspaceId, named.uuid)
    return integration?.provider === provider ? { integrationId, rowId: integration.id } : null
  }
  defineMethod(target, provider, resolve, [
    Query(() => Account, {
      nullable: true,
      description: `${title}’s own lists and numbers; null when there is no such integration of it.`,
    }),
    ...parameters(
      Arg('integrationId', () => ID, { nullable: true }),
      Ctx(),
    ),
  ])
}
