import type { ChannelRule } from './channel.ts'
import { notificationEvents } from './notification.ts'

const mostRules = 10
const mostPatterns = 20

/** What is wrong with rules that somebody wrote; `null` when nothing is. */
export function rulesFlaw(rules: readonly ChannelRule[]): string | null {
  if (rules.length > mostRules) return `A channel has ${mostRules} rules at most.`
  for (const { events, environments } of rules) {
    if (events.length === 0) return 'A rule names at least one event.'
    if (!events.every((event) => notificationEvents.includes(event))) return 'A rule names an event that there is not.'
    if (environments.length === 0) return 'A rule names at least one environment; * stands for all.'
    if (environments.length > mostPatterns) return `A rule names ${mostPatterns} environments at most.`
    if (!environments.every((pattern) => /^[^\s,\p{Cc}]{1,255}$/u.test(pattern)))
      return 'An environment’s name is 1 to 255 characters without spaces and commas.'
  }
  return null
}
