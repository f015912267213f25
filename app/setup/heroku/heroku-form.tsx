'use client'

import { connectHerokuAction } from '../actions.ts'
import { SetupField, SetupForm } from '../setup-form.tsx'

/** `account`: whose key is stored already. */
export function HerokuForm({ next, account }: { next: string; account: string | null }) {
  return (
    <SetupForm action={connectHerokuAction} submit="Test and save" pending="Asking Heroku …">
      {(tried) => (
        <>
          <input type="hidden" name="next" value={next} />
          <SetupField
            tried={tried}
            name="apiKey"
            label={account === null ? 'API key' : 'New API key'}
            type="password"
            hint={
              <>
                The token that <code>heroku authorizations:create --scope global</code> prints
                {account === null ? '' : `; the stored one is ${account}’s`}. It is kept sealed and never shown again.
              </>
            }
            required
            autoFocus
          />
        </>
      )}
    </SetupForm>
  )
}
