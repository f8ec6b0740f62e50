import { suspendMail } from '../acts/suspended.ts'
import type { World } from '../world.ts'

const mails = [
  {
    email: 'mailer-daemon@post.example',
    name: 'Mail Delivery System',
    subject: 'Undelivered mail returned to sender',
    body: 'Your message could not be delivered.',
    cause: 'Automated response mail',
  },
  {
    email: 'winner@lucky.example',
    name: 'Lucky Draw',
    subject: 'You have been chosen',
    body: 'Answer within the hour to claim what is yours.',
    cause: 'Detected as spam',
  },
] as const

/** Adds mails that became no tickets. */
export function seedSuspended(world: World): void {
  for (const mail of mails) suspendMail(world, mail)
}
