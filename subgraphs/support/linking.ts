import { Arg, Ctx, Field, FieldResolver, ID, InputType, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { CustomerRow } from '../../store/identity/customer-row.ts'
import type { Decided, Refusal } from '../../store/identity/decide.ts'
import { fromNodeId } from '../../store/id.ts'
import type { SubgraphContext } from '../context.ts'
import { requireRole } from '../errors.ts'
import { UserError, userError } from '../interfaces/user-error.ts'
import { Customer } from './customer-types.ts'

@InputType()
class LinkContactsInput {
  @Field(() => ID)
  readonly contactId!: string

  @Field(() => ID, { description: 'The contact that is the same person.' })
  readonly otherId!: string
}

@InputType()
class UnlinkContactInput {
  @Field(() => ID)
  readonly contactId!: string

  @Field(() => ID, {
    nullable: true,
    description: 'The contact that is another person; all that it is one with when not given.',
  })
  readonly otherId?: string | null
}

/** What came of it; the customers are read anew when they are asked for. */
interface Linked {
  readonly customerId: string | null
  readonly others: readonly string[]
  readonly userErrors: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class LinkContactsPayload {
  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

@ObjectType({ simpleResolvers: true })
class UnlinkContactPayload {
  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

const refused = (...userErrors: readonly UserError[]): Linked => ({ customerId: null, others: [], userErrors })

type Input = LinkContactsInput | UnlinkContactInput

/** Says who is one person. Nothing is changed at any provider. */
@Resolver()
export class LinkingMutations {
  @Mutation(() => LinkContactsPayload, {
    description:
      'Says that two contacts are one person. Nothing is changed at any tool, and a reply goes to whoever wrote, as before. Needs AGENT.',
  })
  linkContacts(
    @Arg('input', () => LinkContactsInput) input: LinkContactsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Linked> {
    return decide(context, input, 'linked')
  }

  @Mutation(() => UnlinkContactPayload, {
    description: 'Says that a contact is another person. Right after a link it restores exactly what was. Needs AGENT.',
  })
  unlinkContact(
    @Arg('input', () => UnlinkContactInput) input: UnlinkContactInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Linked> {
    return decide(context, input, 'unlinked')
  }
}

async function decide(context: SubgraphContext, input: Input, deed: 'linked' | 'unlinked'): Promise<Linked> {
  requireRole(context, 'AGENT')
  const { services, viewer } = context
  const [contactId, otherId] = [rowOf(input.contactId), input.otherId == null ? null : rowOf(input.otherId)]
  if (contactId === undefined) return refused(toUserError('NO_CONTACT', input))
  if (otherId === undefined) return refused(toUserError('NO_OTHER', input))
  const { workspaceId, memberId } = viewer
  const { identities, activity } = services.store
  const asked = { workspaceId, memberId, contactId, otherId }
  const done: Decided =
    deed === 'linked' && otherId !== null
      ? await identities.link({ ...asked, otherId })
      : await identities.unlink(asked)
  if (done.refused !== null) return refused(toUserError(done.refused, input))
  const detail = { contactId: input.contactId, otherId: input.otherId ?? null }
  await activity.record({ workspaceId, memberId, integrationId: null, action: `customer.${deed}`, detail })
  context.forgetRows()
  return { customerId: done.customerId, others: done.others, userErrors: [] }
}

/** The row id of a contact's global id; undefined when it is none. */
function rowOf(id: string): string | undefined {
  const found = fromNodeId(id)
  return found?.kind === 'contact' ? found.uuid : undefined
}

function toUserError(refusal: Refusal, { contactId, otherId }: Input): UserError {
  switch (refusal) {
    case 'SAME_CONTACT':
      return userError('BAD_USER_INPUT', 'otherId', 'otherId: expected another contact than contactId')
    case 'NO_CONTACT':
      return userError('NOT_FOUND', 'contactId', `contactId: there is no contact ${contactId}`)
    case 'NO_OTHER':
      return userError('NOT_FOUND', 'otherId', `otherId: there is no contact ${otherId}`)
    case 'ALREADY_ONE':
      return userError('BAD_USER_INPUT', 'otherId', 'otherId: the two are one customer already')
    case 'NOT_ONE':
      return otherId == null
        ? userError('BAD_USER_INPUT', 'contactId', 'contactId: the contact is one customer with no other')
        : userError('BAD_USER_INPUT', 'otherId', 'otherId: the two are not one customer')
  }
}

@Resolver(() => LinkContactsPayload)
class LinkPayloadResolver {
  @FieldResolver(() => Customer, { nullable: true, description: 'Whom they are now.' })
  customer(@Root() { customerId }: Linked, @Ctx() { reader }: SubgraphContext): Promise<CustomerRow | null> | null {
    return customerId === null ? null : reader.identities.customerOf(customerId)
  }
}

@Resolver(() => UnlinkContactPayload)
class UnlinkPayloadResolver {
  @FieldResolver(() => Customer, { nullable: true, description: 'Whom the contact is now.' })
  customer(@Root() { customerId }: Linked, @Ctx() { reader }: SubgraphContext): Promise<CustomerRow | null> | null {
    return customerId === null ? null : reader.identities.customerOf(customerId)
  }

  @FieldResolver(() => [Customer], { description: 'Whom those are now that it was taken from.' })
  async others(@Root() { others }: Linked, @Ctx() { reader }: SubgraphContext): Promise<readonly CustomerRow[]> {
    const rows = await Promise.all(others.map((id) => reader.identities.customerOf(id)))
    return rows.filter((row) => row !== null)
  }
}

/** The resolvers of linking. */
export const linkingResolvers = [LinkingMutations, LinkPayloadResolver, UnlinkPayloadResolver] as const
