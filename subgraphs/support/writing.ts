import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { SubgraphContext } from '../context.ts'
import { userError } from '../interfaces/user-error.ts'
import { send } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin } from '../acting/begin.ts'
import { checkText, checkUrls, checkWait, toContent } from '../acting/checks.ts'
import { AddNoteInput, SendMessageInput, StartConversationInput, type WriteInput } from './inputs.ts'
import { payloads } from './payloads.ts'

async function write(context: SubgraphContext, name: 'reply' | 'note', input: WriteInput): Promise<Acted> {
  const { conversationId, ticketId } = input
  const kind = conversationId == null ? 'ticket' : 'conversation'
  const one = (conversationId == null) !== (ticketId == null)
  const begun = await begin(context, input, {
    field: `${kind}Id`,
    id: conversationId ?? ticketId ?? '',
    kinds: [kind],
    checks: [
      one
        ? null
        : userError('BAD_USER_INPUT', 'conversationId', 'give conversationId or ticketId, to say where to write'),
      checkText('body', input.body),
      checkUrls('attachmentUrls', input.attachmentUrls ?? []),
      checkWait(input.waitMs),
    ],
  })
  if (begun.wrong !== null) return notDone(begun.wrong)
  const { row, asking } = begun
  const outgoing = { action: name, thread: { kind, remoteId: row.remoteId }, content: toContent(input) } as const
  return send(context, { ...asking, outgoing, waitMs: input.waitMs ?? null })
}

/** Saying something to customers, and among the team. */
@Resolver()
export class WritingMutations {
  @Mutation(() => payloads.message.Payload, {
    description: 'Answers the customer, through the tool that they wrote by. Needs AGENT.',
  })
  sendMessage(
    @Arg('input', () => SendMessageInput) input: SendMessageInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    return write(context, 'reply', input)
  }

  @Mutation(() => payloads.message.Payload, { description: 'Writes what only the team sees. Needs AGENT.' })
  addNote(@Arg('input', () => AddNoteInput) input: AddNoteInput, @Ctx() context: SubgraphContext): Promise<Acted> {
    return write(context, 'note', input)
  }

  @Mutation(() => payloads.conversation.Payload, {
    description:
      'Writes to a contact first. The conversation is null when the provider makes it only once they answer. Needs AGENT.',
  })
  async startConversation(
    @Arg('input', () => StartConversationInput) input: StartConversationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const checks = [checkText('body', input.body), checkWait(input.waitMs)]
    const begun = await begin(context, input, { field: 'contactId', id: input.contactId, kinds: ['contact'], checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const content = { text: input.body, attachmentUrls: [] }
    const subject = input.subject ?? null
    const outgoing = { action: 'messageContact', contactRemoteId: row.remoteId, content, subject } as const
    return send(context, { ...asking, outgoing, waitMs: input.waitMs ?? null })
  }
}
