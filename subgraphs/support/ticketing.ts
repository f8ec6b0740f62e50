import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { TicketPatch } from '../../kit/actions.ts'
import type { SubgraphContext } from '../context.ts'
import { userError } from '../interfaces/user-error.ts'
import { act, type Acted, notDone } from '../acting/act.ts'
import { begin } from '../acting/begin.ts'
import { checkText } from '../acting/checks.ts'
import { CreateTicketInput, UpdateTicketInput } from './inputs.ts'
import { payloads } from './payloads.ts'
import { remoteIdOf } from '../acting/targets.ts'

/** The plain fields that are to change; null says nothing for them, since providers take no empty ones. */
function patchOf(input: UpdateTicketInput): TicketPatch {
  return {
    ...(input.subject != null && { subject: input.subject }),
    ...(input.description != null && { description: input.description }),
    ...(input.status != null && { status: input.status }),
    ...(input.priority != null && { priority: input.priority }),
  }
}

/** Making tickets, and moving them along. */
@Resolver()
export class TicketMutations {
  @Mutation(() => payloads.ticket.Payload, {
    description: 'Makes a ticket for a contact, in the contact’s own account. Needs AGENT.',
  })
  async createTicket(
    @Arg('input', () => CreateTicketInput) input: CreateTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const checks = [checkText('subject', input.subject)]
    const begun = await begin(context, input, { field: 'contactId', id: input.contactId, kinds: ['contact'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const draft = {
      contactRemoteId: row.remoteId,
      type: input.type ?? null,
      subject: input.subject,
      description: input.description ?? null,
    }
    const asked = { draft }
    return act(context, {
      ...asking,
      name: 'createTicket',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.ticket.Payload, { description: 'Changes a ticket; what is not given stays. Needs AGENT.' })
  async updateTicket(
    @Arg('input', () => UpdateTicketInput) input: UpdateTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const plain = patchOf(input)
    const empty = Object.keys(plain).length === 0 && input.assigneeId === undefined && input.teamId === undefined
    const checks = [
      empty ? userError('BAD_USER_INPUT', null, 'nothing is to change: give at least one field') : null,
      input.subject == null ? null : checkText('subject', input.subject),
    ]
    const begun = await begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: ['ticket'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { integrationId, remoteId } = begun.row
    const assignee = await remoteIdOf(context, 'assigneeId', { id: input.assigneeId, kind: 'agent', integrationId })
    const team = await remoteIdOf(context, 'teamId', { id: input.teamId, kind: 'team', integrationId })
    if (assignee.error !== null) return notDone([assignee.error])
    if (team.error !== null) return notDone([team.error])
    const patch: TicketPatch = {
      ...plain,
      ...(assignee.row !== undefined && { assigneeRemoteId: assignee.row }),
      ...(team.row !== undefined && { teamRemoteId: team.row }),
    }
    const asked = { ticketRemoteId: remoteId, patch }
    return act(context, {
      ...begun.asking,
      name: 'updateTicket',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }
}
