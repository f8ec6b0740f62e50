import { Arg, Ctx, Directive, Field, ID, ObjectType, Query, Resolver } from 'type-graphql'
import type { BulkJob } from '../../store/bulk/job.ts'
import { fromNodeId } from '../../store/id.ts'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import type { Send } from '../../store/sends/send.ts'
import type { SubgraphContext } from '../context.ts'
import { badUserInput } from '../errors.ts'
import { MAX_PAGE } from '../interfaces/page.ts'
import { Node } from '../interfaces/node.ts'
import { isStubKind, type Stub } from '../interfaces/stub.ts'

/** An integration as this subgraph names it; the integrations subgraph answers for the rest. */
@Directive('@key(fields: "id")')
@ObjectType('Integration', { implements: Node, simpleResolvers: true })
export class IntegrationStub {
  @Field(() => ID)
  readonly id!: string
}

type NodeValue =
  | Stub
  | { readonly __typename: 'Integration'; readonly id: string }
  | (BulkJob & { readonly __typename: 'BulkJob' })
  | (Send & { readonly __typename: 'Send' })
  | (CustomerRow & { readonly __typename: 'Customer' })

async function find(context: SubgraphContext, id: string): Promise<NodeValue | null> {
  const found = fromNodeId(id)
  if (found === null) return null
  if (isStubKind(found.kind)) return context.reader.byId(found.kind, found.uuid)
  if (found.kind === 'bulkJob') {
    const job = await context.services.store.bulk.find(context.viewer.workspaceId, found.uuid)
    return job && { __typename: 'BulkJob', ...job }
  }
  if (found.kind === 'send') {
    const send = await context.services.store.sends.find(context.viewer.workspaceId, found.uuid)
    return send && { __typename: 'Send', ...send }
  }
  if (found.kind === 'customer') {
    const customer = await context.reader.identities.customerOf(found.uuid)
    return customer && { __typename: 'Customer', ...customer }
  }
  if (found.kind !== 'integration') return null
  const integration = await context.services.store.integrations.find(context.viewer.workspaceId, found.uuid)
  return integration && { __typename: 'Integration', id }
}

/** Anything by its global id. */
@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Anything by its global id; null when there is no such thing.' })
  node(@Arg('id', () => ID) id: string, @Ctx() context: SubgraphContext): Promise<NodeValue | null> {
    return find(context, id)
  }

  @Query(() => [Node], { nullable: 'items', description: `The same for up to ${MAX_PAGE} ids, in their order.` })
  nodes(
    @Arg('ids', () => [ID]) ids: readonly string[],
    @Ctx() context: SubgraphContext,
  ): Promise<readonly (NodeValue | null)[]> {
    if (ids.length > MAX_PAGE) throw badUserInput(`ids: expected at most ${MAX_PAGE}, but got ${ids.length}`)
    return Promise.all(ids.map((id) => find(context, id)))
  }
}
