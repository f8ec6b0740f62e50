import { describe, expect, it } from 'vitest'
import { intercom } from '../../subgraphs/intercom/index.ts'
import { webhook } from '../../subgraphs/intercom/webhook.ts'
import { startInbox, subscribe, toJson, work } from './delivered.ts'
import { intercomDriver } from './intercom.ts'
import { emptyMirror, openStage, streamOf } from './stage.ts'
import { describeConnector } from './suite.ts'

describeConnector(intercomDriver)

describe('an archived contact', () => {
  it('is gone, and back when it was taken back before the delivery about its archiving comes in', async () => {
    await using stage = await openStage(intercom, intercomDriver, 'fast')
    const mirror = emptyMirror()
    await stage.readToEnd(streamOf(stage, 'contact'), null, mirror)
    const [id = ''] = mirror.ids('contact')
    await using inbox = await startInbox(stage)
    await subscribe(stage, webhook, inbox.url)
    const act = async (what: 'archive' | 'unarchive'): Promise<void> => {
      await stage.client().request({ method: 'POST', path: `/contacts/${id}/${what}` })
      await stage.world.delivered()
    }
    const comesIn = async (topic: string): Promise<void> => {
      const delivery = inbox.posted().find((each) => webhook.envelope(toJson(each), each.headers).topic === topic)
      if (delivery === undefined) throw new Error(`nothing was told of ${topic}`)
      await work(stage, webhook, { delivery, mirror })
    }
    await act('archive')
    await comesIn('contact.archived')
    expect(mirror.find('contact', id)).toBeNull()
    await act('unarchive')
    await comesIn('contact.archived')
    expect(mirror.find('contact', id)).not.toBeNull()
  })
})
