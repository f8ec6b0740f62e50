import type { Random } from '../../random.ts'
import type { Admin, Author, Segment, Tag, Team, TicketState, TicketType } from '../records.ts'

const daySeconds = 86_400

const teamNames = ['Customer care', 'Returns & payments', 'Trade'] as const

const adminSeeds: readonly { readonly name: string; readonly job: string; readonly teams: readonly number[] }[] = [
  { name: 'Maren Holt', job: 'Head of support', teams: [0, 1, 2] },
  { name: 'Tomás Quintero', job: 'Support agent', teams: [0] },
  { name: 'Aiko Fujita', job: 'Support agent', teams: [0] },
  { name: 'Declan Byrne', job: 'Support agent', teams: [0, 1] },
  { name: 'Yasmin El-Sayed', job: 'Payments specialist', teams: [1] },
  { name: 'Jonas Lindqvist', job: 'Returns specialist', teams: [1] },
  { name: 'Ngozi Adeyemi', job: 'Trade account manager', teams: [2] },
  { name: 'Pauline Mercier', job: 'Support agent', teams: [0, 2] },
]

const tagNames = [
  'Shipping',
  'Refund',
  'Damaged item',
  'Exchange',
  'Cancellation',
  'Wrong item',
  'Stock',
  'Login',
  'Payment',
  'Invoice',
  'Discount',
  'Product question',
  'Complaint',
  'Wholesale',
  'Warranty',
  'VIP',
  'Urgent',
  'Trade',
  'Feedback',
  'Holiday rush',
] as const

/** Those who answer. Admins and teams have their own ranges of numbers, as the real ones do. */
export function seedStaff(): { admins: Admin[]; teams: Team[] } {
  const teamIds = teamNames.map((_, index) => String(5_017_691 + index))
  const admins = adminSeeds.map(({ name, job, teams }, index) => ({
    id: String(991_267_466 + index),
    name,
    email: `${
      name
        .split(' ')[0]
        ?.normalize('NFD')
        .replaceAll(/[^A-Za-z]/g, '')
        .toLowerCase() ?? 'agent'
    }@harbourandpine.example`,
    jobTitle: job,
    teamIds: teams.flatMap((team) => teamIds[team] ?? []),
    away: index === 7,
  }))
  const teams = teamNames.map((name, index) => {
    const id = teamIds[index] ?? ''
    return { id, name, adminIds: admins.filter((admin) => admin.teamIds.includes(id)).map((admin) => admin.id) }
  })
  return { admins, teams }
}

/** The workspace's robot. */
export function seedBot(appId: string): Author {
  return { type: 'bot', id: '991267400', name: 'Fin', email: `operator+${appId}@intercom.io` }
}

/** The tags, by number. */
export function seedTags(): Tag[] {
  return tagNames.map((name, index) => ({ id: String(81 + index), name }))
}

/** The states tickets can be in. */
export function seedTicketStates(): TicketState[] {
  return [
    { id: '7491', category: 'submitted', internalLabel: 'Submitted', externalLabel: 'Submitted' },
    { id: '7493', category: 'in_progress', internalLabel: 'In progress', externalLabel: 'In progress' },
    {
      id: '7495',
      category: 'waiting_on_customer',
      internalLabel: 'Waiting on customer',
      externalLabel: 'Waiting on you',
    },
    { id: '7497', category: 'resolved', internalLabel: 'Resolved', externalLabel: 'Resolved' },
    { id: '7499', category: 'in_progress', internalLabel: 'Waiting on supplier', externalLabel: 'In progress' },
  ]
}

/** The kinds of tickets there are: two for customers, one for the back office, one that tracks. */
export function seedTicketTypes(createdAt: number): TicketType[] {
  const usual = ['7491', '7493', '7495', '7497']
  const kinds = [
    { name: 'Refund request', icon: '💸', category: 'Customer', extra: 'Order number', states: usual },
    { name: 'Damaged item', icon: '📦', category: 'Customer', extra: 'Order number', states: [...usual, '7499'] },
    { name: 'Warehouse check', icon: '🏭', category: 'Back-office', extra: 'Shelf', states: ['7491', '7493', '7497'] },
    { name: 'Carrier incident', icon: '🚚', category: 'Tracker', extra: 'Carrier', states: ['7491', '7493', '7497'] },
  ] as const
  return kinds.map((kind, index) => ({
    id: String(1_234 + index),
    name: kind.name,
    description: `${kind.name} at Harbour & Pine`,
    icon: kind.icon,
    category: kind.category,
    stateIds: kind.states,
    createdAt,
    attributes: [
      { id: String(165 + index * 4), name: '_default_title_', dataType: 'string', multiline: false },
      { id: String(166 + index * 4), name: '_default_description_', dataType: 'string', multiline: true },
      { id: String(167 + index * 4), name: kind.extra, dataType: 'string', multiline: false },
      { id: String(168 + index * 4), name: 'Urgent', dataType: 'boolean', multiline: false },
    ],
  }))
}

/** Saved filters over the contacts. */
export function seedSegments(random: Random, createdAt: number): Segment[] {
  const segment = (name: string, personType: 'contact' | 'user', holds: Segment['holds']): Segment => ({
    id: random.hex(24),
    name,
    personType,
    createdAt,
    holds,
  })
  return [
    segment('All users', 'user', (contact) => contact.role === 'user'),
    segment('Leads', 'contact', (contact) => contact.role === 'lead'),
    segment('New', 'user', (contact, now) => contact.role === 'user' && now - contact.createdAt < 14 * daySeconds),
    segment(
      'Active this week',
      'user',
      (contact, now) => contact.lastSeenAt !== null && now - contact.lastSeenAt < 7 * daySeconds,
    ),
    segment(
      'Slipping away',
      'user',
      (contact, now) => contact.lastSeenAt !== null && now - contact.lastSeenAt > 60 * daySeconds,
    ),
  ]
}
