import { describeConnector } from './suite.ts'
import { zendeskDriver } from './zendesk.ts'

describeConnector(zendeskDriver)
