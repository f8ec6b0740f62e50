import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { TicketRow } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import { type UserError, userError } from '../interfaces/user-error.ts'
import { act } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin, type Begun } from '../acting/begin.ts'
import { present } from '../acting/checks.ts'
import { findTarget, ofAnother } from '../acting/targets.ts'
import { payloads } from './payloads.ts'
import { DeleteTicketInput, MergeTicketsInput, RestoreTicketInput } from './ticket-inputs.ts'

const MOST_MERGED = 100

/** A deleted ticket is found too: whether there still is something to do, the provider says. */
const beginOnAny = (
  context: SubgraphContext,
  input: DeleteTicketInput | RestoreTicketInput,
): Promise<Begun<'ticket'>> =>
  begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: ['ticket'], checks: [], deleted: true })

function checkMerge({ intoId, ticketIds }: MergeTicketsInput): UserError | null {
  const wrong = (what: string): UserError => userError('BAD_USER_INPUT', 'ticketIds', `ticketIds: ${what}`)
  if (ticketIds.length === 0 || ticketIds.length > MOST_MERGED) {
    return wrong(`expected 1 to ${MOST_MERGED} tickets, but got ${ticketIds.length}`)
  }
  if (ticketIds.includes(intoId)) return wrong('a ticket cannot go into itself')
  if (new Set(ticketIds).size < ticketIds.length) return wrong('expected each ticket once')
  return null
}

/** Taking tickets away, and having them back. */
@Resolver()
export class TicketRemovalMutations {
  @Mutation(() => payloads.ticket.Payload, {
    description:
      'Takes a ticket away; its id stays, for `restoreTicket`. The payload’s ticket is null, since it is gone. Needs AGENT.',
  })
  async deleteTicket(
    @Arg('input', () => DeleteTicketInput) input: DeleteTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginOnAny(context, input)
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { ticketRemoteId: begun.row.remoteId }
    return act(context, {
      ...begun.asking,
      name: 'deleteTicket',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.ticket.Payload, { description: 'Brings a deleted ticket back. Needs AGENT.' })
  async restoreTicket(
    @Arg('input', () => RestoreTicketInput) input: RestoreTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginOnAny(context, input)
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { ticketRemoteId: begun.row.remoteId }
    return act(context, {
      ...begun.asking,
      name: 'restoreTicket',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.ticket.Payload, {
    description:
      'Puts tickets into another, which stays; they are closed. The payload has the one that stays. Needs AGENT.',
  })
  async mergeTickets(
    @Arg('input', () => MergeTicketsInput) input: MergeTicketsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const checks = [checkMerge(input)]
    const begun = await begin(context, input, { field: 'intoId', id: input.intoId, kinds: ['ticket'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { remoteIds, wrong } = await findMerged(context, input.ticketIds, begun.row)
    if (wrong.length > 0) return notDone(wrong)
    const asked = { intoRemoteId: begun.row.remoteId, remoteIds }
    return act(context, {
      ...begun.asking,
      name: 'mergeTickets',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }
}

/** The tickets that are to go into another of the same account. */
async function findMerged(
  context: SubgraphContext,
  ids: readonly string[],
  into: TicketRow,
): Promise<{ readonly remoteIds: readonly string[]; readonly wrong: readonly UserError[] }> {
  const found = await Promise.all(ids.map((id) => findTarget(context, 'ticketIds', { id, kinds: ['ticket'] })))
  const wrong = found.map(({ row, error }, n) => {
    if (error !== null) return error
    return row.integrationId === into.integrationId ? null : ofAnother('ticketIds', 'ticket', ids[n] ?? '')
  })
  return { remoteIds: found.flatMap(({ row }) => row?.remoteId ?? []), wrong: present(...wrong) }
}
