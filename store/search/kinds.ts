/** Kinds of records that are searched. */
export const RECORD_KINDS = ['company', 'contact', 'conversation', 'ticket', 'message'] as const

/** Kinds that are searched: records, and the people that contacts of several tools are. */
export const SEARCH_KINDS = [...RECORD_KINDS, 'customer'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

/** How a kind is searched. `<kind>_found` of the migrations finds its words. */
export interface Searched {
  /** Columns beside the ids that name a record; what is equal to one comes first. */
  readonly named: readonly ('email_key' | 'external_key' | 'number_key')[]
  /** Whether its name is a column that is looked up: who has just this name comes next. */
  readonly hasName: boolean
  /** Whether it has a status, is given to somebody, and is tagged. */
  readonly isThread: boolean
  /** SQL over the row `t` of what a snippet is taken from. */
  readonly text: string
}

/** How each kind is searched. */
export const SEARCHED: { readonly [K in SearchKind]: Searched } = {
  company: {
    named: ['external_key'],
    hasName: true,
    isThread: false,
    text: `concat_ws(' · ', t.name, t.external_id, t.website, t.industry)`,
  },
  contact: {
    named: ['email_key', 'external_key'],
    hasName: true,
    isThread: false,
    text: `concat_ws(' · ', t.name, t.email, t.phone, t.external_id)`,
  },
  conversation: { named: [], hasName: false, isThread: true, text: 't.subject' },
  ticket: {
    named: ['number_key'],
    hasName: false,
    isThread: true,
    text: `concat_ws(' · ', t.number, t.subject, t.description)`,
  },
  message: { named: [], hasName: false, isThread: false, text: 't.text' },
  customer: {
    named: [],
    hasName: true,
    isThread: false,
    text: `concat_ws(' · ', t.name, nullif(array_to_string(t.emails, ' · '), ''), nullif(array_to_string(t.phones, ' · '), ''))`,
  },
}
