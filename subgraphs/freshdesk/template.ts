/** The header that carries our secret in calls of automation rules. */
export const SECRET_HEADER = 'X-Switchboard-Secret'

/**
 * What a rule is to send. No placeholder holds what somebody wrote: how Freshdesk escapes those is not known. The later
 * ones are there to tell calls about the same ticket apart, which have no id. Source: Freshdesk, "Placeholders".
 */
export const TEMPLATE = {
  ticket_id: '{{ticket.id}}',
  triggered_event: '{{triggered_event}}',
  status: '{{ticket.status}}',
  modified_on: '{{ticket.modified_on}}',
} as const
