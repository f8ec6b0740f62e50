import { expect } from 'vitest'
import type { ActionName, Content, Outcome, Taggable } from '../../kit/actions.ts'
import { RejectedError } from '../../kit/errors.ts'
import { A_WHILE_MS, acting, castThread, declared, expectTrue, type Run, TAG } from './acted.ts'
import { type Stage, writes } from './stage.ts'
import type { Takes } from './takes.ts'
import type { MessageView } from './views.ts'

const TEXT = `<b>Hello</b> Ana & "friends",\nsecond line: 1 < 2\n\nGrüße — 📦`
const FILE = 'https://files.example.com/label.png'

interface Saying {
  readonly name: 'reply' | 'note'
  readonly type: MessageView['type']
}

/** Says something in each thread, and finds it there. */
async function say(stage: Stage, { name, type }: Saying, content: Content): Promise<MessageView[]> {
  const said: MessageView[] = []
  for (const thread of stage.world.cast.threads) {
    await stage.pass(A_WHILE_MS)
    const before = await stage.world.messages(thread)
    const outcome = await declared(stage, name)(stage.client(), { ...acting(stage), thread, content })
    const after = await stage.world.messages(thread)
    expect(after).toHaveLength(before.length + 1)
    expect(after.at(-1)).toMatchObject({ type, authorRemoteId: stage.world.cast.agentRemoteId })
    said.push(...after.slice(before.length))
    await expectTrue(stage, outcome, thread)
  }
  return said
}

/** With a file: beside the message, its address in the text, or refused with nothing said. */
async function sayWithFile(stage: Stage, saying: Saying, files: Takes['files']): Promise<void> {
  const content: Content = { text: 'With a file.', attachmentUrls: [FILE] }
  if (files === 'refused') {
    for (const thread of stage.world.cast.threads) {
      await stage.world.forgetRequests()
      const refused = await declared(stage, saying.name)(stage.client(), { ...acting(stage), thread, content }).catch(
        (error: unknown) => error,
      )
      expect(refused).toBeInstanceOf(RejectedError)
      expect(refused).toMatchObject({ field: 'attachmentUrls' })
      expect(await writes(stage)).toEqual([])
    }
    return
  }
  for (const { text, attachmentUrls } of await say(stage, saying, content)) {
    if (files === 'attached') expect({ text, files: attachmentUrls.length }).toEqual({ text: content.text, files: 1 })
    else expect(text).toMatch(new RegExp(`^With a file\\.[^]*${FILE}`))
  }
}

async function sayAll(stage: Stage, saying: Saying, files: Takes['files']): Promise<void> {
  for (const said of await say(stage, saying, { text: TEXT, attachmentUrls: [] })) {
    expect(said).toMatchObject({ text: TEXT, attachmentUrls: [] })
  }
  await sayWithFile(stage, saying, files)
}

async function tagAll(stage: Stage, then: (target: Taggable, outcome: Outcome) => Promise<void>): Promise<void> {
  expect(stage.world.cast.taggable.length).toBeGreaterThan(0)
  for (const target of stage.world.cast.taggable) {
    const before = await stage.world.tagNames(target)
    const outcome = await declared(stage, 'tag')(stage.client(), { ...acting(stage), target, name: TAG })
    expect([...(await stage.world.tagNames(target))].sort()).toEqual([...before, TAG].sort())
    await then(target, outcome)
  }
}

const managing = (stage: Stage) => ({
  ...acting(stage),
  conversationRemoteId: castThread(stage, 'conversation'),
})

const reply: Run = (stage, { files }) => sayAll(stage, { name: 'reply', type: 'REPLY' }, files)

const note: Run = (stage, { files }) => sayAll(stage, { name: 'note', type: 'NOTE' }, files)

async function close(stage: Stage): Promise<void> {
  const input = managing(stage)
  const outcome = await declared(stage, 'close')(stage.client(), input)
  expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({ status: 'CLOSED' })
  await expectTrue(stage, outcome)
}

async function reopen(stage: Stage): Promise<void> {
  const input = managing(stage)
  await declared(stage, 'close')(stage.client(), input)
  await stage.pass(A_WHILE_MS)
  const outcome = await declared(stage, 'reopen')(stage.client(), input)
  expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({ status: 'OPEN' })
  await expectTrue(stage, outcome)
}

async function snooze(stage: Stage): Promise<void> {
  const input = managing(stage)
  const until = new Date(Math.floor(stage.access.clock.now().getTime() / 1000) * 1000 + 3_600_000)
  const outcome = await declared(stage, 'snooze')(stage.client(), { ...input, until })
  expect(await stage.world.conversation(input.conversationRemoteId)).toMatchObject({
    status: 'SNOOZED',
    snoozedUntil: until,
  })
  await expectTrue(stage, outcome)
}

async function assign(stage: Stage): Promise<void> {
  const input = managing(stage)
  const { otherAgentRemoteId: assigneeRemoteId, teamRemoteId } = stage.world.cast
  const turns = [
    { assigneeRemoteId, teamRemoteId: null },
    { assigneeRemoteId, teamRemoteId },
    { assigneeRemoteId: null, teamRemoteId: null },
    { assigneeRemoteId: null, teamRemoteId },
  ]
  for (const turn of turns) {
    await stage.pass(A_WHILE_MS)
    const outcome = await declared(stage, 'assign')(stage.client(), { ...input, ...turn })
    const standing = await stage.world.conversation(input.conversationRemoteId)
    if (turn.assigneeRemoteId !== null) expect(standing).toMatchObject({ assigneeRemoteId })
    if (turn.teamRemoteId !== null) expect(standing).toMatchObject({ teamRemoteId })
    if (turn.assigneeRemoteId === null && turn.teamRemoteId === null) expect(standing).toMatchObject(turn)
    await expectTrue(stage, outcome)
  }
}

const tag: Run = (stage) => tagAll(stage, async (_, outcome) => expectTrue(stage, outcome))

const untag: Run = (stage) =>
  tagAll(stage, async (target, { changes }) => {
    const made = changes.find((change) => change.op === 'upsert' && change.kind === 'tag' && change.fields.name === TAG)
    const before = await stage.world.tagNames(target)
    await stage.pass(A_WHILE_MS)
    const untag = { ...acting(stage), target, tagRemoteId: made?.remoteId ?? '' }
    const outcome = await declared(stage, 'untag')(stage.client(), untag)
    expect(await stage.world.tagNames(target)).toEqual(before.filter((name) => name !== TAG))
    await expectTrue(stage, outcome)
  })

async function messageContact(stage: Stage, { files }: Takes): Promise<void> {
  const { contactRemoteId } = stage.world.cast
  const content = { text: TEXT, attachmentUrls: [] }
  const send = declared(stage, 'messageContact')
  const outcome = await send(stage.client(), { ...acting(stage), contactRemoteId, content, subject: null })
  expect((await stage.world.wordsTo(contactRemoteId)).filter((words) => words === TEXT)).toHaveLength(1)
  await expectTrue(stage, outcome)
  await messageWithFile(stage, files)
}

/** A first message with a file is sent with it, or refused by name: the file is never dropped in silence. */
async function messageWithFile(stage: Stage, files: Takes['files']): Promise<void> {
  const { contactRemoteId } = stage.world.cast
  await stage.pass(A_WHILE_MS)
  await stage.world.forgetRequests()
  const content = { text: 'With a file.', attachmentUrls: [FILE] }
  const message = { ...acting(stage), contactRemoteId, content, subject: null }
  const refused = await declared(stage, 'messageContact')(stage.client(), message).then(
    () => null,
    (error: unknown) => error,
  )
  if (refused === null) {
    const sent = (await stage.world.wordsTo(contactRemoteId)).filter((words) => words.startsWith(content.text))
    expect(sent).toHaveLength(1)
    expect(sent[0]?.includes(FILE)).toBe(files === 'linked')
    return
  }
  expect(refused).toBeInstanceOf(RejectedError)
  expect(refused).toMatchObject({ field: 'attachmentUrls' })
  expect(await writes(stage)).toEqual([])
}

/** What is said and done in threads, and the tags on anything. */
export const threadEffects = {
  reply,
  note,
  close,
  reopen,
  snooze,
  assign,
  tag,
  untag,
  messageContact,
} satisfies Partial<Record<ActionName, Run>>
