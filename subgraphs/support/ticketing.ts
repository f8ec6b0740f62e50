import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { TicketDraft, TicketPatch } from '../../kit/actions.ts'
import type { SubgraphContext } from '../context.ts'
import { act, send } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin } from '../acting/begin.ts'
import { checkAddresses, checkChange, checkTags, checkText, checkWait } from '../acting/checks.ts'
import { checkCustomFields, toCustomValues } from '../acting/custom-values.ts'
import { filled, given } from '../acting/given.ts'
import { findNamed } from '../acting/targets.ts'
import { payloads } from './payloads.ts'
import { CreateTicketInput, UpdateTicketInput } from './ticket-inputs.ts'

/** What of a ticket can be empty. */
const EMPTIED = ['assigneeId', 'teamId', 'companyId', 'tags', 'dueAt'] as const

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
    const checks = [
      checkText('subject', input.subject),
      checkTags(input.tags),
      checkCustomFields(input.customFields),
      checkAddresses('copiedTo', input.copiedTo ?? []),
      checkWait(input.waitMs),
    ]
    const begun = await begin(context, input, { field: 'contactId', id: input.contactId, kinds: ['contact'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const said = filled(input)
    const { wrong, ...named } = await findNamed(context, begun.row.integrationId, said)
    if (wrong.length > 0) return notDone(wrong)
    const { subject, type = null, description = null, status, priority, tags, customFields, dueAt, copiedTo } = said
    const draft: TicketDraft = {
      contactRemoteId: begun.row.remoteId,
      type,
      subject,
      description,
      ...filled({ ...named, status, priority, tags, customFields: toCustomValues(customFields), dueAt, copiedTo }),
    }
    const outgoing = { action: 'createTicket', draft } as const
    return send(context, { ...begun.asking, outgoing, waitMs: input.waitMs ?? null })
  }

  @Mutation(() => payloads.ticket.Payload, { description: 'Changes a ticket; what is not given stays. Needs AGENT.' })
  async updateTicket(
    @Arg('input', () => UpdateTicketInput) input: UpdateTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const checks = [
      ...checkChange(input, { record: 'ticketId', emptied: EMPTIED }),
      input.subject == null ? null : checkText('subject', input.subject),
      checkTags(input.tags),
      checkCustomFields(input.customFields),
    ]
    const begun = await begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: ['ticket'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { integrationId, remoteId } = begun.row
    const { wrong, ...named } = await findNamed(context, integrationId, input)
    if (wrong.length > 0) return notDone(wrong)
    const { subject, description, type, status, priority, customFields } = filled(input)
    const tags = input.tags === null ? [] : input.tags
    const plain = { subject, description, type, status, priority, tags, dueAt: input.dueAt }
    const patch: TicketPatch = given({ ...plain, ...named, customFields: toCustomValues(customFields) })
    return act(context, {
      ...begun.asking,
      name: 'updateTicket',
      perform: (action, client, acting) => action(client, { ...acting, ticketRemoteId: remoteId, patch }),
    })
  }
}
