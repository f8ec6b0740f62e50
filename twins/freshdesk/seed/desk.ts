import { webChat } from '../account.ts'
import type { Account } from '../account.ts'
import type { Agent, BusinessHours, EmailConfig, Group, Privilege, Product, Role, SlaPolicy } from '../desk-records.ts'
import type { Survey } from '../desk-records.ts'
import type { Random } from '../../random.ts'

/** When everything here was made. */
const madeAt = '2020-01-01T00:00:00Z'
const dates = { created_at: madeAt, updated_at: madeAt }

const desk: readonly Privilege[] = ['view_tickets', 'manage_tickets', 'manage_contacts', 'manage_companies']
const lead: readonly Privilege[] = [...desk, 'delete_tickets', 'delete_contacts']

const roleSeeds: readonly {
  readonly name: string
  readonly description: string
  readonly privileges: readonly Privilege[]
}[] = [
  {
    name: 'Account Administrator',
    description: 'Has complete control over the help desk.',
    privileges: [...lead, 'administer'],
  },
  { name: 'Administrator', description: 'Can configure all features.', privileges: [...lead, 'administer'] },
  { name: 'Supervisor', description: 'Can perform all agent related activities.', privileges: lead },
  { name: 'Agent', description: 'Can log, view, reply, update and resolve tickets.', privileges: desk },
  { name: 'Newbie Agent', description: 'Can view tickets.', privileges: ['view_tickets'] },
]

const groupNames = ['Customer care', 'Returns', 'Trade'] as const

const agentSeeds: readonly {
  readonly name: string
  readonly role: number
  readonly groups: readonly number[]
  readonly scope: number
}[] = [
  { name: 'Ingrid Solheim', role: 0, groups: [0, 1, 2], scope: 1 },
  { name: 'Marcus Webb', role: 2, groups: [0, 1], scope: 1 },
  { name: 'Leïla Haddad', role: 3, groups: [0], scope: 1 },
  { name: 'Dmitri Volkov', role: 3, groups: [1], scope: 1 },
  { name: 'Chidi Eze', role: 3, groups: [2], scope: 2 },
  { name: 'Rosa Mendes', role: 3, groups: [0], scope: 3 },
  { name: 'Tim Becker', role: 4, groups: [0], scope: 1 },
]

/** The roles there are. */
export function seedRoles(account: Account): Role[] {
  return roleSeeds.map((role, index) => ({ id: account.firstId + 400 + index, default: index < 4, ...role, ...dates }))
}

/** The groups there are. */
export function seedGroups(account: Account): Group[] {
  return groupNames.map((name, index) => ({
    id: account.firstId + 190_413 + index,
    name,
    description: index === 2 ? null : `${name} of ${account.name}`,
    business_hour_id: null,
    escalate_to: null,
    unassigned_for: '30m',
    auto_ticket_assign: index === 0 ? 1 : 0,
    ...dates,
  }))
}

/** Those who answer, the administrator first. One sees their groups' tickets only, one their own only, one may only look. */
export function seedAgents(account: Account, random: Random, apiKey: string | undefined): Agent[] {
  return agentSeeds.map(({ name, role, groups, scope }, index) => {
    const key = random.hex(20)
    return {
      id: account.firstId + 1_000_001 + index,
      name,
      email: `${
        name
          .split(' ')[0]
          ?.normalize('NFD')
          .replaceAll(/[^A-Za-z]/g, '')
          .toLowerCase() ?? 'agent'
      }@${account.domain}.example`,
      available: index % 3 !== 2,
      available_since: index % 3 === 2 ? null : '2026-01-05T08:00:00Z',
      occasional: index === 6,
      signature: index === 0 ? null : `<div>${name}</div>`,
      ticket_scope: scope,
      type: 'support_agent',
      skill_ids: [],
      group_ids: groups.map((group) => account.firstId + 190_413 + group),
      role_ids: [account.firstId + 400 + role],
      focus_mode: true,
      job_title: roleSeeds[role]?.name ?? null,
      language: 'en',
      time_zone: account.timeZone,
      mobile: null,
      phone: index === 1 ? '+44 113 496 0000' : null,
      last_login_at: index === 6 ? null : '2026-01-05T08:00:00Z',
      ...dates,
      apiKey: index === 0 ? (apiKey ?? key) : key,
      failedLogins: 0,
    }
  })
}

/** What the account supports. */
export function seedProducts(account: Account): Product[] {
  return ['Online shop', 'Trade portal'].map((name, index) => ({
    id: account.firstId + 3_741 + index,
    name,
    description: index === 0 ? name : null,
    primary_email: `${index === 0 ? 'support' : 'trade'}@${account.domain}.example`,
    default: index === 0,
    ...dates,
  }))
}

/** The addresses mail is taken by. */
export function seedEmailConfigs(account: Account): EmailConfig[] {
  return ['support', 'trade'].map((name, index) => ({
    id: account.firstId + 5_100 + index,
    name,
    product_id: account.firstId + 3_741 + index,
    to_email: `${account.domain}${name}@${account.domain}.freshdesk.com`,
    reply_email: `${name}@${account.domain}.example`,
    group_id: index === 0 ? null : account.firstId + 190_415,
    primary_role: index === 0,
    active: true,
    ...dates,
  }))
}

/** The questionnaire: seven steps, or the older three. */
export function seedSurveys(account: Account): Survey[] {
  const accepted = account.survey === 'classic' ? [1, 2, 3] : [103, 102, 101, 100, -101, -102, -103]
  const question = { id: 'default_question', label: 'How did we do?', accepted_ratings: accepted }
  const more = { id: 'question_1', label: 'Was it quick enough?', accepted_ratings: accepted }
  const questions = account.survey === 'classic' ? [question] : [question, more]
  return [{ id: account.firstId + 6_200, title: 'Default Survey', questions, ...dates }]
}

/** When the desk is open: on working days from nine to five; and when the counter is, which no policy counts by. */
export function seedBusinessHours(account: Account): BusinessHours[] {
  const open = { start_time: '9:00 am', end_time: '5:00 pm' }
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday']
  return [
    {
      id: account.firstId + 7_300,
      name: 'Default',
      description: 'Working days',
      is_default: true,
      time_zone: account.timeZone,
      business_hours: Object.fromEntries(days.map((day) => [day, open])),
      ...dates,
    },
    {
      id: account.firstId + 7_301,
      name: 'Counter',
      description: 'Saturdays',
      is_default: false,
      time_zone: account.timeZone,
      business_hours: { saturday: { start_time: '10:00 am', end_time: '2:00 pm' } },
      ...dates,
    },
  ]
}

/** How soon tickets are due: usual ones in days, chats and trade sooner. */
export function seedSlaPolicies(account: Account): SlaPolicy[] {
  const hour = 3_600
  const target = (respond: number, resolve: number, hours: 'open' | 'all') => ({
    respond_within: respond * hour,
    resolve_within: resolve * hour,
    business_hours: hours === 'open',
    escalation_enabled: true,
  })
  const level = { escalation_time: 0, agent_ids: [account.firstId + 1_000_002] }
  const escalation = { response: level, resolution: { level_1: level } }
  const shared = { active: true, escalation, ...dates }
  return [
    {
      ...shared,
      id: account.firstId + 88_326,
      name: 'Chat and trade',
      description: null,
      is_default: false,
      position: 1,
      applicable_to: { sources: [7, webChat] },
      sla_target: {
        priority_1: target(2, 24, 'all'),
        priority_2: target(1, 12, 'all'),
        priority_3: target(1, 8, 'all'),
        priority_4: target(1, 4, 'all'),
      },
    },
    {
      ...shared,
      id: account.firstId + 88_327,
      name: 'Default SLA Policy',
      description: 'default policy',
      is_default: true,
      position: 2,
      applicable_to: {},
      sla_target: {
        priority_1: target(16, 40, 'open'),
        priority_2: target(8, 24, 'open'),
        priority_3: target(4, 24, 'all'),
        priority_4: target(1, 8, 'all'),
      },
    },
  ]
}
