import type { IntercomTwin } from '../../twins/intercom/index.ts'
import type { Touch, World } from './driver.ts'
import { pieceOf, type Rest } from './intercom-rest.ts'

/** A record of the seed: what the suite's own cast has is made after it, and so never the first. */
const ids = async (twin: IntercomTwin, stream: string): Promise<string[]> => {
  const listed = await twin.control('GET', `/ids/${stream}`)
  return Array.isArray(listed) ? listed.map(String) : []
}

const both = { seenByRun: true, announced: true }

/** The fields that the workspace defined, each name once. */
async function definitions(rest: Rest): Promise<string[]> {
  const given = (await rest.get('/data_attributes')).list('data').filter((each) => each.flag('custom'))
  const types = (await rest.get('/ticket_types')).list('data')
  const asked = types
    .flatMap((type) => type.piece('ticket_type_attributes').list('data'))
    .map((each) => each.text('name'))
    .filter((name) => !name.startsWith('_default_'))
  return [
    ...given.map((each) => `field/${each.text('model')}/${each.text('name')}`),
    ...new Set(asked.map((name) => `field/ticket/${name}`)),
  ]
}

/** What customers and agents do in the workspace. */
export function openDesk(
  twin: IntercomTwin,
  rest: Rest,
): Pick<World, 'standing' | 'change' | 'remove' | 'customerWrites' | 'reach' | 'orphan'> {
  const listed = async (path: string, list: string): Promise<string[]> =>
    (await rest.get(path)).list(list).map((each) => each.text('id'))
  const seeded = async (stream: string): Promise<string> => (await ids(twin, stream))[3] ?? ''
  const touch = async (stream: string, how: Omit<Touch, 'remoteId'>, act: (id: string) => Promise<unknown>) => {
    const remoteId = await seeded(stream)
    await act(remoteId)
    return { remoteId, ...how }
  }
  const removal = (stream: string, kind: string, how: Omit<Touch, 'remoteId'>): Promise<Touch> =>
    touch(stream, how, (id) => twin.control('POST', '/delete', { kind, id }))

  return {
    async standing(stream) {
      if (stream === 'admins' || stream === 'teams') return await listed(`/${stream}`, stream)
      if (stream === 'definitions') return await definitions(rest)
      if (stream === 'tags') return await listed('/tags', 'data')
      return await ids(twin, stream)
    },
    async change(stream) {
      switch (stream) {
        case 'tags': {
          const [remoteId = ''] = await listed('/tags', 'data')
          await rest.post('/tags', { id: remoteId, name: 'renamed by somebody' })
          return { remoteId, seenByRun: true, announced: false }
        }
        case 'companies':
          return await touch(stream, both, (id) => rest.put(`/companies/${id}`, { name: 'Renamed by somebody' }))
        case 'contacts':
          return await touch(stream, both, (id) => rest.put(`/contacts/${id}`, { name: 'Renamed by somebody' }))
        case 'conversations':
          return await touch(stream, both, (conversationId) =>
            twin.control('POST', '/customers/reply', { conversationId, body: 'And another thing.' }),
          )
        case 'tickets':
          return await touch(stream, both, (ticketId) =>
            twin.control('POST', '/customers/reply-ticket', { ticketId, body: 'Any news?' }),
          )
        default:
          return null
      }
    },
    async remove(stream) {
      switch (stream) {
        case 'tags': {
          const [, remoteId = ''] = await listed('/tags', 'data')
          await rest.delete(`/tags/${remoteId}`)
          return { remoteId, seenByRun: true, announced: false }
        }
        case 'companies':
          return await removal(stream, 'company', { seenByRun: false, announced: true })
        case 'contacts':
          return await removal(stream, 'contact', { seenByRun: false, announced: true })
        case 'conversations':
          return await removal(stream, 'conversation', both)
        case 'tickets':
          return await removal(stream, 'ticket', { seenByRun: false, announced: false })
        default:
          return null
      }
    },
    async customerWrites({ thread, text }) {
      if (thread === null) {
        const opened = await twin.control('POST', '/customers/open', { body: text })
        return { kind: 'conversation', remoteId: pieceOf(opened).text('id') }
      }
      await twin.control('POST', '/customers/reply', { conversationId: thread.remoteId, body: text })
      return thread
    },
    async reach(_, thread) {
      await twin.control('POST', '/customers/read', { conversationId: thread.remoteId })
    },
    async orphan() {
      const opened = pieceOf(await twin.control('POST', '/customers/open', { body: 'Forget me.' }))
      const remoteId = opened.text('id')
      const [contact] = (await rest.get(`/conversations/${remoteId}`)).piece('contacts').list('contacts')
      await rest.delete(`/contacts/${contact?.text('id') ?? ''}`)
      return { kind: 'conversation', remoteId }
    },
  }
}
