import { Arg, Ctx, Field, ID, InputType, Mutation, Resolver } from 'type-graphql'
import { actAt } from '../../acting/act.ts'
import { type Acted, notDone } from '../../acting/acted.ts'
import { begin } from '../../acting/begin.ts'
import { checkText } from '../../acting/checks.ts'
import { ActingInput } from '../../acting/input.ts'
import { payloadOf } from '../../acting/payload.ts'
import { remoteIdOf } from '../../acting/targets.ts'
import type { SubgraphContext } from '../../context.ts'
import { userError } from '../../interfaces/user-error.ts'
import { followUp, markAsSpam, mergeWith } from '../act-own.ts'
import { ZendeskTicket } from '../types.ts'
import { PROVIDER } from '../wire.ts'

/** What the mutations of tickets answer. */
export const ticketPayload = payloadOf('ZendeskTicketPayload', 'ticket', () => ZendeskTicket)

/** Zendesk closes what goes into another at once, and takes no more than these in one go. */
const MOST_MERGED = 5

@InputType()
export class ZendeskMergeTicketsInput extends ActingInput {
  @Field(() => ID, { description: 'The ticket that stays.' })
  readonly ticketId!: string

  @Field(() => [ID], { description: `Those that go into it, at most ${MOST_MERGED}: they are closed.` })
  readonly sourceIds!: readonly string[]

  @Field(() => String, {
    nullable: true,
    description: 'What is said on the ticket that stays; Zendesk’s own words when not given.',
  })
  readonly comment?: string | null

  @Field(() => String, {
    nullable: true,
    description: 'What is said on those that are closed; Zendesk’s own words when not given.',
  })
  readonly sourceComment?: string | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether customers see what is said; when not given, they do not.',
  })
  readonly public?: boolean | null
}

@InputType()
export class ZendeskMarkTicketAsSpamInput extends ActingInput {
  @Field(() => ID)
  readonly ticketId!: string
}

@InputType()
export class ZendeskFollowUpTicketInput extends ActingInput {
  @Field(() => ID, { description: 'A closed ticket.' })
  readonly ticketId!: string

  @Field(() => String)
  readonly body!: string
}

const TICKET = ['ticket'] as const

/** What only Zendesk can do. */
@Resolver()
export class ZendeskMutations {
  @Mutation(() => ticketPayload.Payload, {
    description: 'Merges tickets into one, with the words that are said on them. Needs AGENT.',
  })
  async zendeskMergeTickets(
    @Arg('input', () => ZendeskMergeTicketsInput) input: ZendeskMergeTicketsInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const count = input.sourceIds.length
    const wrong = `sourceIds: expected 1 to ${MOST_MERGED} tickets, but got ${count}`
    const checks = [count >= 1 && count <= MOST_MERGED ? null : userError('BAD_USER_INPUT', 'sourceIds', wrong)]
    const begun = await begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: TICKET, checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const remoteIds: string[] = []
    for (const id of input.sourceIds) {
      const source = await remoteIdOf(context, 'sourceIds', { id, kind: 'ticket', integrationId: row.integrationId })
      if (source.error !== null) return notDone([source.error])
      if (source.row != null) remoteIds.push(source.row)
    }
    const words = { comment: input.comment, sourceComment: input.sourceComment, isPublic: input.public === true }
    const merging = { intoRemoteId: row.remoteId, remoteIds, words }
    return actAt(context, {
      ...asking,
      provider: PROVIDER,
      name: 'mergeTickets',
      perform: (client) => mergeWith(client, merging),
    })
  }

  @Mutation(() => ticketPayload.Payload, {
    description:
      'Deletes a ticket as spam and suspends who asked: nothing they send becomes a ticket again. Needs AGENT.',
  })
  async zendeskMarkTicketAsSpam(
    @Arg('input', () => ZendeskMarkTicketAsSpamInput) input: ZendeskMarkTicketAsSpamInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: TICKET, checks: [] })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    return actAt(context, {
      ...asking,
      provider: PROVIDER,
      name: 'markTicketAsSpam',
      perform: (client) => markAsSpam(client, row.remoteId),
    })
  }

  @Mutation(() => ticketPayload.Payload, {
    description: 'Goes on with a closed ticket in a new one, which Zendesk links to it. Needs AGENT.',
  })
  async zendeskFollowUpTicket(
    @Arg('input', () => ZendeskFollowUpTicketInput) input: ZendeskFollowUpTicketInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const checks = [checkText('body', input.body)]
    const begun = await begin(context, input, { field: 'ticketId', id: input.ticketId, kinds: TICKET, checks })
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    return actAt(context, {
      ...asking,
      provider: PROVIDER,
      name: 'followUpTicket',
      perform: (client, acting) => followUp(client, { ...acting, ticketRemoteId: row.remoteId, text: input.body }),
    })
  }
}
