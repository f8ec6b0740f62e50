import { statuses } from '../account.ts'
import type { CustomField } from '../account.ts'
import type { Grant, Job, Trigger, Webhook } from '../records.ts'
import type { World } from '../world.ts'

/** When everything here was made. */
export const madeAt = '2020-01-01T00:00:00Z'
const dates = { created_at: madeAt, updated_at: madeAt }

/** The brands there are. */
export function brandsOf({ account }: World, base: string) {
  return [account.name, `${account.name} Trade`].map((name, index) => ({
    url: `${base}/api/v2/brands/${account.firstId + 1 + index}.json`,
    id: account.firstId + 1 + index,
    name,
    brand_url: `https://${account.subdomain}${index === 0 ? '' : '-trade'}.zendesk.com`,
    subdomain: `${account.subdomain}${index === 0 ? '' : '-trade'}`,
    host_mapping: null,
    has_help_center: index === 0,
    help_center_state: index === 0 ? 'enabled' : 'disabled',
    active: true,
    default: index === 0,
    is_deleted: false,
    logo: null,
    ticket_form_ids: [account.firstId + 47, account.firstId + 48],
    signature_template: '{{agent.signature}}',
    ...dates,
  }))
}

/** The finer standings there are. */
export function customStatusesOf({ account }: World) {
  return account.customStatuses.map((status) => ({
    ...status,
    raw_agent_label: status.agent_label,
    raw_end_user_label: status.end_user_label,
    description: '',
    raw_description: '',
    end_user_description: '',
    raw_end_user_description: '',
    active: true,
    ...dates,
  }))
}

/** The ticket forms there are. */
export function formsOf({ account }: World, base: string) {
  return ['Default ticket form', 'Returns'].map((name, index) => ({
    url: `${base}/api/v2/ticket_forms/${account.firstId + 47 + index}.json`,
    id: account.firstId + 47 + index,
    name,
    raw_name: name,
    display_name: name,
    raw_display_name: name,
    end_user_visible: true,
    position: index,
    active: true,
    default: index === 0,
    in_all_brands: true,
    restricted_brand_ids: [],
    ticket_field_ids: [
      ...Array.from({ length: 7 }, (_, place) => account.firstId + 10 + place),
      ...account.ticketFields.map(({ id }) => id),
    ],
    agent_conditions: [],
    end_user_conditions: [],
    ...dates,
  }))
}

/** The fields of tickets: those every account has, and its own. */
export function ticketFieldsOf({ account }: World, base: string) {
  const stock = [
    ['subject', 'Subject'],
    ['description', 'Description'],
    ['status', 'Status'],
    ['tickettype', 'Type'],
    ['priority', 'Priority'],
    ['group', 'Group'],
    ['assignee', 'Assignee'],
  ] as const
  const field = (id: number, type: string, title: string, position: number) => ({
    url: `${base}/api/v2/ticket_fields/${id}.json`,
    id,
    type,
    title,
    raw_title: title,
    description: title,
    raw_description: title,
    position,
    active: true,
    required: false,
    collapsed_for_agents: false,
    regexp_for_validation: null,
    title_in_portal: title,
    raw_title_in_portal: title,
    visible_in_portal: false,
    editable_in_portal: false,
    required_in_portal: false,
    tag: null,
    removable: false,
    agent_description: null,
    ...dates,
  })
  const system = stock.map(([type, title], index) => ({
    ...field(account.firstId + 10 + index, type, title, index),
    ...(type === 'status'
      ? { system_field_options: statuses.slice(0, 5).map((value) => ({ name: value, value })) }
      : {}),
  }))
  const own = account.ticketFields.map((one, index) => ({
    ...field(one.id, one.type, one.title, stock.length + index),
    removable: true,
    ...(one.options ? { custom_field_options: optionsOf(one) } : {}),
  }))
  return [...system, ...own]
}

/** Fields of people or organizations. */
export function ownFieldsOf(fields: readonly CustomField[], kind: string, base: string) {
  return fields.map((field, position) => ({
    url: `${base}/api/v2/${kind}/${field.id}.json`,
    id: field.id,
    key: field.key,
    type: field.type === 'tagger' ? 'dropdown' : field.type,
    title: field.title,
    raw_title: field.title,
    description: '',
    raw_description: '',
    position,
    active: true,
    system: false,
    regexp_for_validation: null,
    ...(field.options ? { custom_field_options: optionsOf(field) } : {}),
    ...dates,
  }))
}

function optionsOf({ id, options = {} }: CustomField) {
  return Object.entries(options).map(([value, name], index) => ({ id: id * 100 + index, name, raw_name: name, value }))
}

/** What the account promises. Nothing comes of it here: tickets do not tell when a promise is broken. */
export function policiesOf({ account }: World, base: string) {
  const policy = (title: string, filter: object, targets: Readonly<Record<string, number>>) => ({
    title,
    description: '',
    filter,
    policy_metrics: Object.entries(targets).map(([priority, target]) => ({
      priority,
      metric: 'first_reply_time',
      target,
      business_hours: false,
    })),
  })
  const vip = { all: [{ field: 'current_tags', operator: 'includes', value: 'vip' }], any: [] }
  return [
    policy('Regulars', vip, { urgent: 15, high: 30, normal: 60, low: 120 }),
    policy('Everybody', { all: [], any: [] }, { urgent: 60, high: 120, normal: 480, low: 960 }),
  ].map((one, index) => {
    const id = account.firstId + 60 + index
    return { url: `${base}/api/v2/slas/policies/${id}.json`, id, position: index + 1, ...one, ...dates }
  })
}

/** The language accounts speak. */
export function localesOf(base: string) {
  return [{ url: `${base}/api/v2/locales/en-US.json`, id: 1, locale: 'en-US', name: 'English', ...dates }]
}

/** Why a rating can be bad. Source of their codes: the reference's "Satisfaction Reasons". */
export function reasonsOf({ account }: World, base: string) {
  const reasons = [
    [0, 'No reason provided'],
    [5, 'The issue took too long to resolve'],
    [6, 'The issue was not resolved'],
    [7, 'The agent did not handle the issue well'],
    [100, 'Some other reason'],
  ] as const
  return reasons.map(([reason_code, value]) => {
    const id = account.firstId + 70 + reason_code
    return { url: `${base}/api/v2/satisfaction_reasons/${id}.json`, id, reason_code, value, raw_value: value, ...dates }
  })
}

/** A job as the API shows it. */
export function renderJob(job: Job, base: string) {
  const isOver = job.status !== 'queued'
  return {
    id: job.id,
    job_type: job.job_type,
    url: `${base}/api/v2/job_statuses/${job.id}.json`,
    total: job.steps.length,
    progress: isOver ? job.steps.length : null,
    status: job.status,
    message: isOver ? 'Completed' : null,
    results: isOver ? job.results : null,
  }
}

/** A webhook as the API shows it; secrets are shown by their own call only. */
export function renderWebhook(webhook: Webhook) {
  const { secret: _secret, authentication, custom_headers, description, ...shown } = webhook
  return {
    ...shown,
    ...(description === null ? {} : { description }),
    ...(authentication === null ? {} : { authentication: { ...authentication, data: undefined } }),
    ...(custom_headers === null ? {} : { custom_headers }),
  }
}

/** A trigger as the API shows it. */
export function renderTrigger(trigger: Trigger, base: string) {
  const url = `${base}/api/v2/triggers/${trigger.id}.json`
  return {
    url,
    ...trigger,
    description: trigger.description ?? '',
    raw_title: trigger.title,
    default: false,
    category_id: '1',
  }
}

/** What an app may do, as the API shows it: of its tokens only how they begin. */
export function renderGrant({ account }: World, grant: Grant, base: string) {
  return {
    url: `${base}/api/v2/oauth/tokens/${grant.id}.json`,
    id: grant.id,
    user_id: grant.userId,
    client_id: account.firstId + 90,
    token: grant.token.slice(0, 10),
    refresh_token: grant.refreshToken?.slice(0, 10) ?? null,
    created_at: grant.createdAt,
    used_at: grant.createdAt,
    expires_at: grant.expiresAt,
    refresh_token_expires_at: grant.refreshExpiresAt,
    scopes: grant.scopes,
  }
}
