/** The providers there are, by lower-case name; `registry.ts` holds what each consists of. Adding one adds a name here. */
export const providerNames = ['intercom', 'zendesk', 'freshdesk'] as const
