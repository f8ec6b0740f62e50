import { priorities } from './account.ts'
import type { Account, CustomField } from './account.ts'
import type { Body, FieldRules } from './check.ts'
import type { FieldError } from './errors.ts'
import { plainText } from '../plain-value.ts'
import type { CustomFields } from './records.ts'
import { parseTime } from './times.ts'

const requesterFields = {
  name: { kind: 'string' },
  requester_id: { kind: 'integer' },
  email: { kind: 'string' },
  facebook_id: { kind: 'string' },
  phone: { kind: 'string' },
  twitter_id: { kind: 'string' },
  unique_external_id: { kind: 'string' },
} satisfies FieldRules

/** What updating a ticket takes; creating takes `cc_emails` too. */
export function ticketRules(account: Account): FieldRules {
  return {
    ...requesterFields,
    subject: { kind: 'string' },
    type: { kind: 'string', nullable: true, oneOf: account.types },
    status: { kind: 'integer', oneOf: account.statuses.map(({ value }) => value) },
    priority: { kind: 'integer', oneOf: priorities.map(({ value }) => value) },
    description: { kind: 'string' },
    responder_id: { kind: 'integer', nullable: true },
    custom_fields: { kind: 'object' },
    due_by: { kind: 'date' },
    email_config_id: { kind: 'integer', nullable: true },
    fr_due_by: { kind: 'date' },
    group_id: { kind: 'integer', nullable: true },
    parent_id: { kind: 'integer' },
    product_id: { kind: 'integer', nullable: true },
    source: { kind: 'integer', oneOf: account.sources.map(({ value }) => value) },
    tags: { kind: 'strings' },
    company_id: { kind: 'integer', nullable: true },
    internal_agent_id: { kind: 'integer', nullable: true },
    internal_group_id: { kind: 'integer', nullable: true },
    related_ticket_ids: { kind: 'integers' },
    lookup_parameter: { kind: 'string', oneOf: ['display_id', 'primary_field_value'] },
  }
}

/** What creating a ticket takes. */
export function newTicketRules(account: Account): FieldRules {
  return { ...ticketRules(account), cc_emails: { kind: 'strings' } }
}

/** What an outbound email takes. */
export function outboundRules(account: Account): FieldRules {
  const { name, subject, type, status, priority, description, custom_fields, due_by, fr_due_by, group_id, tags } =
    ticketRules(account)
  const taken = { name, type, status, priority, description, custom_fields, due_by, fr_due_by, group_id, tags }
  return {
    ...Object.fromEntries(Object.entries(taken).flatMap(([key, rule]) => (rule ? [[key, rule]] : []))),
    email: { kind: 'string', required: true },
    subject: { ...(subject ?? { kind: 'string' }), required: true },
    email_config_id: { kind: 'integer', required: true },
    cc_emails: { kind: 'strings' },
  }
}

/** What is wrong with an account's own fields: those it does not have, and values that do not fit. */
export function customFieldErrors(sent: Body, fields: readonly CustomField[]): FieldError[] {
  return Object.entries(sent).flatMap(([name, value]): FieldError[] => {
    const field = fields.find((candidate) => candidate.name === name)
    if (!field) return [{ field: name, message: 'Unexpected/invalid field in request', code: 'invalid_field' }]
    if (value === null) return []
    const wanted = wantedOf(field)
    if (!fits(value, field)) {
      return [{ field: name, message: `It should be a/an ${wanted}`, code: 'datatype_mismatch' }]
    }
    if (field.choices && !field.choices.includes(plainText(value))) {
      const message = `It should be one of these values: '${field.choices.join(',')}'`
      return [{ field: name, message, code: 'invalid_value' }]
    }
    return []
  })
}

/** All of an account's fields, null where nothing was said. */
export function withAllFields(fields: readonly CustomField[], values: Body): CustomFields {
  return Object.fromEntries(fields.map(({ name }) => [name, values[name] ?? null]))
}

/** Fields that must be filled before a ticket is over. */
export function closureErrors(values: CustomFields, fields: readonly CustomField[]): FieldError[] {
  return fields
    .filter(({ name, requiredForClosure }) => requiredForClosure === true && (values[name] ?? '') === '')
    .map(({ name }) => ({
      field: name,
      message: 'It should not be blank as this is a mandatory field',
      code: 'missing_field',
    }))
}

function wantedOf({ type }: CustomField): string {
  switch (type) {
    case 'custom_number':
      return 'Integer'
    case 'custom_checkbox':
      return 'Boolean'
    case 'custom_date':
      return 'Date in the format yyyy-mm-dd'
    case 'custom_text':
    case 'custom_dropdown':
      return 'String'
  }
}

function fits(value: unknown, { type }: CustomField): boolean {
  switch (type) {
    case 'custom_number':
      return Number.isSafeInteger(value)
    case 'custom_checkbox':
      return typeof value === 'boolean'
    case 'custom_date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && parseTime(value) !== null
    case 'custom_text':
    case 'custom_dropdown':
      return typeof value === 'string'
  }
}
