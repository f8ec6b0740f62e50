import type { Clock } from '../../kit/clock.ts'
import type { ZendeskTwin } from '../../twins/zendesk/index.ts'
import type { Touch, World } from './driver.ts'
import { pieceOf } from './intercom-rest.ts'
import type { Rest } from './zendesk-rest.ts'

const both = { seenByRun: true, announced: true }
const silently = { seenByRun: true, announced: false }

/** What has happened is exported when it is a minute old: a run that is to see it comes no sooner. */
const EXPORTED_MS = 61_000

/** What customers and agents do in the account. */
export function openDesk(
  twin: ZendeskTwin,
  rest: Rest,
  clock: Clock,
): Pick<World, 'standing' | 'change' | 'remove' | 'customerWrites' | 'reach' | 'orphan'> {
  const ids = async (list: string): Promise<string[]> => {
    const listed = await twin.control('GET', `/ids/${list}`)
    return Array.isArray(listed) ? listed.map(String) : []
  }
  const staff = '/users?role[]=agent&role[]=admin'
  const listed = async (path: string, list: string): Promise<string[]> =>
    (await rest.all(path, list)).map((each) => each.text('id'))
  const given = async (): Promise<string[]> =>
    (await rest.all('/satisfaction_ratings', 'satisfaction_ratings'))
      .filter((each) => ['good', 'bad'].includes(each.text('score')))
      .map((each) => each.text('id'))
  const standing = async (stream: string): Promise<string[]> => {
    switch (stream) {
      case 'definitions':
        return await definitions(rest)
      case 'groups':
        return await listed('/groups', 'groups')
      case 'agents':
        return await listed(staff, 'users')
      case 'users':
        return await listed('/users?role=end-user', 'users')
      case 'tickets': {
        const deleted = new Set(await ids('deleted'))
        return (await ids('all-tickets')).filter((id) => !deleted.has(id))
      }
      case 'organizations':
        return await ids('organizations')
      default:
        return await given()
    }
  }
  /** A record of the seed: what the suite's own cast has is made after it. */
  const seeded = async (stream: string): Promise<string> => (await standing(stream))[3] ?? ''
  const touch = async (remoteId: string, how: Omit<Touch, 'remoteId'>, act: Promise<unknown>): Promise<Touch> => {
    await act
    await clock.wait(EXPORTED_MS)
    return { remoteId, ...how }
  }
  const remove = async (stream: string, kind: string): Promise<Touch> => {
    const remoteId = await seeded(stream)
    return await touch(remoteId, both, twin.control('POST', '/delete', { kind, id: Number(remoteId) }))
  }
  const ticketThatIs = async (...statuses: readonly string[]): Promise<string> => {
    for (const id of await ids('tickets')) {
      const ticket = (await rest.get(`/tickets/${id}`)).piece('ticket')
      if (statuses.includes(ticket.text('status'))) return id
    }
    throw new Error(`no ticket is ${statuses.join(' or ')}`)
  }
  /** One that takes a reply: what is closed takes none. */
  const openTicket = (): Promise<string> => ticketThatIs('open', 'pending')
  const rated = async (): Promise<string> => {
    for (const rating of await rest.all('/satisfaction_ratings', 'satisfaction_ratings')) {
      if (!['good', 'bad'].includes(rating.text('score'))) continue
      return rating.text('id')
    }
    throw new Error('nobody rated anything')
  }

  return {
    standing,
    async change(stream) {
      switch (stream) {
        case 'groups': {
          const [id = ''] = await standing(stream)
          return await touch(id, silently, rest.put(`/groups/${id}`, { group: { name: 'Renamed by somebody' } }))
        }
        case 'agents': {
          const id = await seeded(stream)
          return await touch(id, both, rest.put(`/users/${id}`, { user: { name: 'Renamed by somebody' } }))
        }
        case 'users': {
          const id = await seeded(stream)
          return await touch(id, both, rest.put(`/users/${id}`, { user: { name: 'Renamed by somebody' } }))
        }
        case 'organizations': {
          const id = await seeded(stream)
          const organization = { name: `Renamed by somebody ${clock.now().getTime()}` }
          return await touch(id, both, rest.put(`/organizations/${id}`, { organization }))
        }
        case 'tickets': {
          const id = await openTicket()
          const said = { ticketId: Number(id), body: 'And another thing.' }
          return await touch(id, both, twin.control('POST', '/customers/reply', said))
        }
        case 'satisfaction ratings': {
          const id = await rated()
          const rating = (await rest.get(`/satisfaction_ratings/${id}`)).piece('satisfaction_rating')
          const score = rating.text('score') === 'good' ? 'bad' : 'good'
          const given = { ticketId: rating.number('ticket_id') ?? 0, score, comment: 'On second thoughts.' }
          return await touch(id, silently, twin.control('POST', '/customers/rate', given))
        }
        default:
          return null
      }
    },
    async remove(stream) {
      switch (stream) {
        case 'groups': {
          const group = (await rest.post('/groups', { group: { name: 'Short-lived' } })).piece('group').text('id')
          return await touch(group, silently, rest.delete(`/groups/${group}`))
        }
        case 'agents':
          return await remove(stream, 'user')
        case 'users':
          return await remove(stream, 'user')
        case 'organizations':
          return await remove(stream, 'organization')
        case 'tickets': {
          const id = await ticketThatIs('open', 'pending', 'new')
          return await touch(id, both, twin.control('POST', '/delete', { kind: 'ticket', id: Number(id) }))
        }
        default:
          return null
      }
    },
    async customerWrites({ thread, text }) {
      if (thread !== null) {
        await twin.control('POST', '/customers/reply', { ticketId: Number(thread.remoteId), body: text })
        return thread
      }
      const opened = await twin.control('POST', '/customers/open', { body: text, subject: 'A parcel' })
      return { kind: 'ticket', remoteId: pieceOf(opened).text('ticketId') }
    },
    reach: () => Promise.reject(new Error('how far messages got is told by nothing')),
    async orphan() {
      const user = { name: 'Olga Orphan', email: 'olga.orphan@example.com' }
      const person = (await rest.post('/users', { user })).piece('user').number('id')
      const opened = await twin.control('POST', '/customers/open', { userId: person, body: 'Forget me.' })
      // Who waits for an answer cannot be deleted.
      await rest.put(`/tickets/${pieceOf(opened).text('ticketId')}`, { ticket: { status: 'closed' } })
      await twin.control('POST', '/delete', { kind: 'user', id: person })
      await clock.wait(EXPORTED_MS)
      return { kind: 'ticket', remoteId: pieceOf(opened).text('ticketId') }
    },
  }
}

/** The ids that definitions have in the store, reckoned here anew. */
async function definitions(rest: Rest): Promise<string[]> {
  const of = async (list: string): Promise<string[]> =>
    (await rest.all(`/${list}`, list)).map((each) => each.text('id'))
  const keys = async (list: string): Promise<string[]> =>
    (await rest.all(`/${list}`, list)).map((each) => each.text('key'))
  const fields = (await rest.all('/ticket_fields', 'ticket_fields')).filter((field) => field.flag('removable'))
  const policies = await rest.all('/slas/policies', 'sla_policies')
  return [
    ...fields.map((field) => `field/ticket/${field.text('id')}`),
    ...(await keys('user_fields')).map((key) => `field/contact/${key}`),
    ...(await keys('organization_fields')).map((key) => `field/company/${key}`),
    ...(await of('ticket_forms')).map((id) => `form/${id}`),
    ...(await of('custom_statuses')).map((id) => `status/${id}`),
    ...(await of('brands')).map((id) => `brand/${id}`),
    ...policies.map((policy) => `sla_policy/${policy.text('id')}`),
  ]
}
