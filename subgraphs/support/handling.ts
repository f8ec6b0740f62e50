import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import type { SubgraphContext } from '../context.ts'
import { userError } from '../interfaces/user-error.ts'
import { act } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin, type Begun } from '../acting/begin.ts'
import {
  AssignConversationInput,
  CloseConversationInput,
  ReopenConversationInput,
  SnoozeConversationInput,
} from './inputs.ts'
import { payloads } from './payloads.ts'
import { findNamed } from '../acting/targets.ts'

const beginOn = (
  context: SubgraphContext,
  input: CloseConversationInput,
  checks: Parameters<typeof begin>[2]['checks'] = [],
): Promise<Begun<'conversation'>> =>
  begin(context, input, { field: 'conversationId', id: input.conversationId, kinds: ['conversation'], checks })

/** Moving conversations along. */
@Resolver()
export class HandlingMutations {
  @Mutation(() => payloads.conversation.Payload, { description: 'Needs AGENT.' })
  async closeConversation(
    @Arg('input', () => CloseConversationInput) input: CloseConversationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginOn(context, input)
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { conversationRemoteId: begun.row.remoteId }
    return act(context, {
      ...begun.asking,
      name: 'close',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.conversation.Payload, { description: 'Needs AGENT.' })
  async reopenConversation(
    @Arg('input', () => ReopenConversationInput) input: ReopenConversationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginOn(context, input)
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { conversationRemoteId: begun.row.remoteId }
    return act(context, {
      ...begun.asking,
      name: 'reopen',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.conversation.Payload, { description: 'Hides a conversation until a time. Needs AGENT.' })
  async snoozeConversation(
    @Arg('input', () => SnoozeConversationInput) input: SnoozeConversationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const { until } = input
    const past = until <= context.services.now()
    const wrong = past
      ? userError('BAD_USER_INPUT', 'until', `until: expected a time to come, but got ${until.toISOString()}`)
      : null
    const begun = await beginOn(context, input, [wrong])
    if (begun.wrong !== null) return notDone(begun.wrong)
    const asked = { conversationRemoteId: begun.row.remoteId, until }
    return act(context, {
      ...begun.asking,
      name: 'snooze',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => payloads.conversation.Payload, {
    description: 'Gives a conversation to an agent, a team, or nobody. Needs AGENT.',
  })
  async assignConversation(
    @Arg('input', () => AssignConversationInput) input: AssignConversationInput,
    @Ctx() context: SubgraphContext,
  ): Promise<Acted> {
    const begun = await beginOn(context, input)
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { integrationId, remoteId } = begun.row
    const { assigneeId, teamId } = input
    const { assigneeRemoteId, teamRemoteId, wrong } = await findNamed(context, integrationId, { assigneeId, teamId })
    if (wrong.length > 0) return notDone(wrong)
    const asked = {
      conversationRemoteId: remoteId,
      assigneeRemoteId: assigneeRemoteId ?? null,
      teamRemoteId: teamRemoteId ?? null,
    }
    return act(context, {
      ...begun.asking,
      name: 'assign',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }
}
