import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { actAt, type OwnAct } from '../../acting/act.ts'
import { type Acted, notDone } from '../../acting/acted.ts'
import { begin } from '../../acting/begin.ts'
import { checkText } from '../../acting/checks.ts'
import type { ActingInput } from '../../acting/input.ts'
import { payloadOf } from '../../acting/payload.ts'
import type { SubgraphContext } from '../../context.ts'
import { type UserError, userError } from '../../interfaces/user-error.ts'
import { forwardTicket, markAsSpam, type OwnPatch, unmarkAsSpam, updateOwn } from '../act-own.ts'
import { FreshdeskMessage, FreshdeskTicket } from '../types.ts'
import { PROVIDER } from '../wire.ts'
import {
  FreshdeskForwardTicketInput,
  FreshdeskMarkTicketAsSpamInput,
  FreshdeskUnmarkTicketAsSpamInput,
  FreshdeskUpdateTicketInput,
} from './mutation-inputs.ts'

const messagePayload = payloadOf('FreshdeskMessagePayload', 'message', () => FreshdeskMessage)
const ticketPayload = payloadOf('FreshdeskTicketPayload', 'ticket', () => FreshdeskTicket)

/** What of the payloads goes among the subgraph's resolvers. */
export const payloadResolvers = [messagePayload.resolver, ticketPayload.resolver]

interface Doing {
  readonly name: string
  readonly checks: readonly (UserError | null)[]
  /** Whether the ticket may be gone. */
  readonly deleted?: boolean
  readonly run: (client: Parameters<OwnAct['perform']>[0], ticketRemoteId: string) => ReturnType<OwnAct['perform']>
}

/** Does something to the ticket that the input names. */
async function doTo(
  context: SubgraphContext,
  input: ActingInput & { readonly ticketId: string },
  { name, checks, deleted = false, run }: Doing,
): Promise<Acted> {
  const begun = await begin(context, input, {
    field: 'ticketId',
    id: input.ticketId,
    kinds: ['ticket'],
    checks,
    deleted,
  })
  if (begun.wrong !== null) return notDone(begun.wrong)
  const { remoteId } = begun.row
  return actAt(context, { ...begun.asking, provider: PROVIDER, name, perform: (client) => run(client, remoteId) })
}

/** What of a ticket is to change; the two due times go together. */
function patchOf(input: FreshdeskUpdateTicketInput): OwnPatch {
  const { nativeStatus, source, productId, firstReplyDueAt, dueAt } = input
  return {
    ...(nativeStatus != null && { nativeStatus }),
    ...(source != null && { source }),
    ...(productId !== undefined && { productRemoteId: productId }),
    ...(firstReplyDueAt != null && dueAt != null && { due: { firstReplyAt: firstReplyDueAt, solvedAt: dueAt } }),
  }
}

function checkDue({ firstReplyDueAt, dueAt }: FreshdeskUpdateTicketInput): UserError | null {
  if ((firstReplyDueAt == null) === (dueAt == null)) return null
  const field = dueAt == null ? 'dueAt' : 'firstReplyDueAt'
  return userError('BAD_USER_INPUT', field, `${field}: Freshdesk sets both due times together`)
}

const checkTo = ({ to }: FreshdeskForwardTicketInput): UserError | null =>
  to.length > 0 ? null : userError('BAD_USER_INPUT', 'to', 'to: expected at least one address')

/** What only Freshdesk can do. */
@Resolver()
export class FreshdeskMutations {
  @Mutation(() => messagePayload.Payload, {
    description: 'Sends a ticket on to third parties by mail; what was written stands in it as a note. Needs AGENT.',
  })
  async freshdeskForwardTicket(
    @Arg('input', () => FreshdeskForwardTicketInput) input: FreshdeskForwardTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const { body: text, to, cc, bcc, withAttachments } = input
    const mail = { text, to, cc: cc ?? [], bcc: bcc ?? [], withAttachments: withAttachments ?? true }
    return doTo(context, input, {
      name: 'forwardTicket',
      checks: [checkText('body', text), checkTo(input)],
      run: (client, ticketRemoteId) => forwardTicket(client, { ...mail, ticketRemoteId }),
    })
  }

  @Mutation(() => ticketPayload.Payload, {
    description:
      'Marks a ticket as spam, which takes it from every list; its id stays. The payload’s ticket is null. Needs AGENT.',
  })
  async freshdeskMarkTicketAsSpam(
    @Arg('input', () => FreshdeskMarkTicketAsSpamInput) input: FreshdeskMarkTicketAsSpamInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    return doTo(context, input, { name: 'markTicketAsSpam', checks: [], deleted: true, run: markAsSpam })
  }

  @Mutation(() => ticketPayload.Payload, { description: 'Brings a ticket back that is no spam. Needs AGENT.' })
  async freshdeskUnmarkTicketAsSpam(
    @Arg('input', () => FreshdeskUnmarkTicketAsSpamInput) input: FreshdeskUnmarkTicketAsSpamInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    return doTo(context, input, { name: 'unmarkTicketAsSpam', checks: [], deleted: true, run: unmarkAsSpam })
  }

  @Mutation(() => ticketPayload.Payload, {
    description:
      'Sets what of a ticket only Freshdesk has: statuses and sources of the account’s own, product. Needs AGENT.',
  })
  async freshdeskUpdateTicket(
    @Arg('input', () => FreshdeskUpdateTicketInput) input: FreshdeskUpdateTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const patch = patchOf(input)
    const nothing =
      Object.keys(patch).length === 0
        ? userError('BAD_USER_INPUT', null, 'nothing is to change: give at least one field')
        : null
    return doTo(context, input, {
      name: 'updateOwnFields',
      checks: [checkDue(input) ?? nothing],
      run: (client, ticketRemoteId) => updateOwn(client, { ticketRemoteId, patch }),
    })
  }
}
