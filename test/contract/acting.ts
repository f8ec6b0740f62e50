import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ActionName, Actions, Content, Outcome, Taggable, Thread } from '../../kit/actions.ts'
import type { Connector } from '../../kit/contract.ts'
import { NotFoundError, RejectedError } from '../../kit/errors.ts'
import { faultsIn } from './changes.ts'
import type { Driver, MessageView } from './driver.ts'
import { emptyMirror, openStage, type Stage } from './stage.ts'

const TEXT = `<b>Hello</b> Ana & "friends",\nsecond line: 1 < 2\n\nGrüße — 📦`
/** Every world is new, so that one act's name serves. */
const ACT = 'act-1'
const FILE = 'https://files.example.com/label.png'

type Run = (stage: Stage) => Promise<void>

/** An action that the connector declares: the tests below run for no other. */
function declared<Name extends ActionName>(stage: Stage, name: Name): NonNullable<Actions[Name]> {
  const action = stage.connector.actions[name]
  if (action === undefined) throw new Error(`${stage.connector.provider} does not declare ${name}`)
  return action
}

const threadsOf = ({ cast }: Stage['world']): Thread[] => [
  { kind: 'conversation', remoteId: cast.conversationRemoteId },
  { kind: 'ticket', remoteId: cast.ticketRemoteId },
]

const conversationOf = (stage: Stage) => ({
  agentRemoteId: stage.world.cast.agentRemoteId,
  actId: ACT,
  conversationRemoteId: stage.world.cast.conversationRemoteId,
})

const look = async (stage: Stage, { kind, remoteId }: Thread): Promise<readonly MessageView[]> =>
  kind === 'conversation'
    ? (await stage.world.conversation(remoteId)).messages
    : (await stage.world.ticket(remoteId)).messages

/** What an action answers is what reading the same record answers: nothing that a sync would then change. */
async function expectTrue(stage: Stage, { changes, subject }: Outcome, thread?: Thread): Promise<void> {
  expect(faultsIn(changes)).toEqual([])
  const answered = emptyMirror()
  answered.apply(changes)
  const { kind, remoteId } = thread ?? subject
  const stream = stage.connector.streams.find((each) => each.kind === kind)
  const read = emptyMirror()
  read.apply((await stream?.readOne?.(stage.client(), remoteId, stage.context(read))) ?? [])
  expect(read.find(subject.kind, subject.remoteId)).not.toBeNull()
  for (const change of changes) {
    const standing = read.find(change.kind, change.remoteId)
    if (change.op === 'upsert' && standing !== null) expect(change.fields).toEqual(standing.fields)
  }
  expect(answered.find(subject.kind, subject.remoteId)).not.toBeNull()
}

/** Says something in each kind of thread, with a file and without, and finds it there. */
async function say(stage: Stage, name: 'reply' | 'note', type: MessageView['type']): Promise<void> {
  const { agentRemoteId } = stage.world.cast
  const contents: Content[] = [
    { text: TEXT, attachmentUrls: [] },
    { text: 'With a file.', attachmentUrls: [FILE] },
  ]
  for (const thread of threadsOf(stage.world)) {
    for (const content of contents) {
      await stage.pass(5_000)
      const before = await look(stage, thread)
      const outcome = await declared(stage, name)(stage.client(), { agentRemoteId, actId: ACT, thread, content })
      const after = await look(stage, thread)
      expect(after).toHaveLength(before.length + 1)
      expect(after.at(-1)).toMatchObject({ type, text: content.text, authorRemoteId: agentRemoteId })
      expect(after.at(-1)?.attachmentUrls).toHaveLength(content.attachmentUrls.length)
      await expectTrue(stage, outcome, thread)
    }
  }
}

async function tagAll(stage: Stage, then: (target: Taggable, outcome: Outcome) => Promise<void>): Promise<void> {
  const { agentRemoteId, taggable } = stage.world.cast
  for (const target of taggable) {
    const before = await stage.world.tagNames(target)
    const outcome = await declared(stage, 'tag')(stage.client(), {
      agentRemoteId,
      actId: ACT,
      target,
      name: 'made by this test',
    })
    expect([...(await stage.world.tagNames(target))].sort()).toEqual([...before, 'made by this test'].sort())
    await then(target, outcome)
  }
}

/** What each action must have done. A new action has no way around a line here. */
const EFFECTS: Readonly<Partial<Record<ActionName, Run>>> = {
  reply: (stage) => say(stage, 'reply', 'REPLY'),
  note: (stage) => say(stage, 'note', 'NOTE'),
  async close(stage) {
    const input = conversationOf(stage)
    const outcome = await declared(stage, 'close')(stage.client(), input)
    expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({ status: 'CLOSED' })
    await expectTrue(stage, outcome)
  },
  async reopen(stage) {
    const input = conversationOf(stage)
    await declared(stage, 'close')(stage.client(), input)
    await stage.pass(5_000)
    const outcome = await declared(stage, 'reopen')(stage.client(), input)
    expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({ status: 'OPEN' })
    await expectTrue(stage, outcome)
  },
  async snooze(stage) {
    const input = conversationOf(stage)
    const until = new Date(Math.floor(stage.access.clock.now().getTime() / 1000) * 1000 + 3_600_000)
    const outcome = await declared(stage, 'snooze')(stage.client(), { ...input, until })
    expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({
      status: 'SNOOZED',
      snoozedUntil: until,
    })
    await expectTrue(stage, outcome)
  },
  async assign(stage) {
    const input = conversationOf(stage)
    const { otherAgentRemoteId: assigneeRemoteId, teamRemoteId } = stage.world.cast
    const turns = [
      { assigneeRemoteId, teamRemoteId: null },
      { assigneeRemoteId, teamRemoteId },
      { assigneeRemoteId: null, teamRemoteId: null },
      { assigneeRemoteId: null, teamRemoteId },
    ]
    for (const turn of turns) {
      await stage.pass(5_000)
      const outcome = await declared(stage, 'assign')(stage.client(), { ...input, ...turn })
      const standing = await stage.world.conversation(input.conversationRemoteId)
      if (turn.assigneeRemoteId !== null) expect(standing).toMatchObject({ assigneeRemoteId })
      if (turn.teamRemoteId !== null) expect(standing).toMatchObject({ teamRemoteId })
      if (turn.assigneeRemoteId === null && turn.teamRemoteId === null) expect(standing).toMatchObject(turn)
      await expectTrue(stage, outcome)
    }
  },
  tag: (stage) => tagAll(stage, async (_, outcome) => expectTrue(stage, outcome)),
  untag: (stage) =>
    tagAll(stage, async (target, { changes }) => {
      const { agentRemoteId } = stage.world.cast
      const made = changes.find((change) => change.kind === 'tag')
      const before = await stage.world.tagNames(target)
      await stage.pass(5_000)
      const untag = { agentRemoteId, actId: ACT, target, tagRemoteId: made?.remoteId ?? '' }
      const outcome = await declared(stage, 'untag')(stage.client(), untag)
      expect(await stage.world.tagNames(target)).toEqual(before.filter((name) => name !== 'made by this test'))
      await expectTrue(stage, outcome)
    }),
  async createTicket(stage) {
    const { agentRemoteId, contactRemoteId } = stage.world.cast
    const draft = { contactRemoteId, type: null, subject: 'Refund <1 & 2>', description: 'Twice charged' }
    const outcome = await declared(stage, 'createTicket')(stage.client(), { agentRemoteId, actId: ACT, draft })
    expect(outcome.subject.kind).toBe('ticket')
    expect(await stage.world.standing('tickets')).toContain(outcome.subject.remoteId)
    expect(await stage.world.ticket(outcome.subject.remoteId)).toMatchObject({
      subject: draft.subject,
      description: draft.description,
      contactRemoteIds: [contactRemoteId],
    })
    await expectTrue(stage, outcome)
  },
  async updateTicket(stage) {
    const { agentRemoteId, otherAgentRemoteId, ticketRemoteId } = stage.world.cast
    const before = await stage.world.ticket(ticketRemoteId)
    const update = async (patch: Parameters<NonNullable<Actions['updateTicket']>>[1]['patch']) => {
      await stage.pass(5_000)
      const outcome = await declared(stage, 'updateTicket')(stage.client(), {
        agentRemoteId,
        actId: ACT,
        ticketRemoteId,
        patch,
      })
      await expectTrue(stage, outcome)
      return await stage.world.ticket(ticketRemoteId)
    }
    const renamed = await update({ subject: 'New subject' })
    expect(renamed).toMatchObject({ subject: 'New subject', description: before.description, status: before.status })
    expect(await update({ description: 'New words' })).toMatchObject({
      subject: 'New subject',
      description: 'New words',
    })
    for (const status of ['SOLVED', 'PENDING', 'OPEN'] as const)
      expect(await update({ status })).toMatchObject({ status })
    expect(await update({ assigneeRemoteId: otherAgentRemoteId })).toMatchObject({
      assigneeRemoteId: otherAgentRemoteId,
    })
    expect(await update({ assigneeRemoteId: null })).toMatchObject({ assigneeRemoteId: null })
  },
  async messageContact(stage) {
    const { agentRemoteId, contactRemoteId } = stage.world.cast
    const content = { text: TEXT, attachmentUrls: [] }
    const send = declared(stage, 'messageContact')
    const outcome = await send(stage.client(), { agentRemoteId, actId: ACT, contactRemoteId, content, subject: null })
    expect((await stage.world.wordsTo(contactRemoteId)).filter((words) => words === TEXT)).toHaveLength(1)
    await expectTrue(stage, outcome)
  },
}

/** Every declared action, done at the twin and looked for there. */
export function describeActing(connector: Connector, driver: Driver): void {
  describe('actions', () => {
    let stage: Stage
    beforeEach(async () => {
      stage = await openStage(connector, driver, 'strict')
      await stage.pass(60_000)
    })
    afterEach(() => stage[Symbol.asyncDispose]())

    it('are all known to this suite', () => {
      expect(Object.keys(connector.actions).filter((name) => !Object.hasOwn(EFFECTS, name))).toEqual([])
    })

    const offered = Object.entries(EFFECTS).filter(([name]) => Object.hasOwn(connector.actions, name))
    it.each(offered)('%s does what it says, and answers what then stands', async (_, run) => {
      await run(stage)
      expect.hasAssertions()
    })

    it.skipIf(connector.actions.reply === undefined)('say so when a thread is not there', async () => {
      const { agentRemoteId, nobody } = stage.world.cast
      for (const kind of ['conversation', 'ticket'] as const) {
        const thread = { kind, remoteId: nobody[kind] }
        const content = { text: 'Anybody?', attachmentUrls: [] }
        const refused = await declared(stage, 'reply')(stage.client(), {
          agentRemoteId,
          actId: ACT,
          thread,
          content,
        }).catch((error: unknown) => error)
        expect([NotFoundError, RejectedError].some((known) => refused instanceof known)).toBe(true)
      }
    })

    it.skipIf(connector.actions.reply === undefined)(
      'are done by the integration’s own agent when none is named',
      async () => {
        const [thread] = threadsOf(stage.world)
        const { settings, cast } = stage.world
        if (thread === undefined || settings.actorRemoteId === null) return
        expect(settings.actorRemoteId).not.toBe(cast.otherAgentRemoteId)
        await declared(stage, 'reply')(stage.client(), {
          agentRemoteId: null,
          actId: ACT,
          thread,
          content: { text: 'In nobody’s name.', attachmentUrls: [] },
        })
        expect((await look(stage, thread)).at(-1)).toMatchObject({ authorRemoteId: settings.actorRemoteId })
      },
    )
  })
}
