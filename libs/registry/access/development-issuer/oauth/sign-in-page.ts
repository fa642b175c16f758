import { createHash } from 'node:crypto';
import { escapedHtml as escaped } from '#libs/engine/kernel/escaped-html.js';
import type { PasswordUser } from '../development-users.js';

const STYLE = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #f4f5f7; margin: 0 }
main { max-width: 26rem; margin: 8vh auto; padding: 1.5rem 2rem 2rem; background: #fff; border: 1px solid #d5d8dd; border-radius: 6px }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
label { display: block; margin-top: 1rem; font-weight: 600 }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; border: 1px solid #6b7280; border-radius: 4px }
button { font: inherit; margin: 1.25rem .5rem 0 0; padding: .5rem 1.25rem; border: 1px solid #1d4ed8; border-radius: 4px; background: #1d4ed8; color: #fff }
button.plain { background: #fff; color: #1d4ed8 }
:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px }
.error { border-left: 4px solid #b91c1c; padding-left: .75rem; color: #b91c1c }
.note { font-size: .875rem; color: #4b5563 }
table { border-collapse: collapse; width: 100%; font-size: .875rem }
caption { text-align: left; font-weight: 600; margin-top: 1.5rem }
th, td { text-align: left; padding: .25rem .5rem .25rem 0; border-bottom: 1px solid #e5e7eb }
code { user-select: all }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** An HTML page and its content security policy. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

/** The content of the sign-in form. */
export interface SignInForm {
  /** The name of the client that asks. */
  readonly client: string;
  /** The user who is signed in already and only has to agree; undefined: none. */
  readonly signedInAs: string | undefined;
  /** The scopes that the client asks for. */
  readonly scopes: readonly string[];
  /** The origin to which the user returns. */
  readonly returnOrigin: string;
  /** What was wrong with the last attempt. */
  readonly fault?: string;
  /** The login name of the last attempt, or a hint of the client. */
  readonly loginName?: string;
  /** The users to show; empty: others can reach the server, so their passwords are not shown. */
  readonly users: readonly PasswordUser[];
}

/** The page on which a user signs in or agrees. It works without scripts. */
export function signInPage(form: SignInForm): Page {
  const { client, signedInAs, scopes, returnOrigin, fault } = form;
  const title = signedInAs === undefined ? 'Sign in' : 'Allow access';
  return page(
    title,
    `<h1>${title}</h1>
<p>${escaped(client)} asks for access to Appledger${scopes.length === 0 ? '' : ` with these scopes: <code>${escaped(scopes.join(' '))}</code>`}.</p>
${fault === undefined ? '' : `<p class="error" id="fault" role="alert">${escaped(fault)}</p>`}
<form method="post">
${signedInAs === undefined ? credentials(form) : `<p>You are signed in as ${escaped(signedInAs)}.</p>`}
<button type="submit" name="action" value="allow">${signedInAs === undefined ? 'Sign in' : 'Allow'}</button>
<button type="submit" name="action" value="cancel" class="plain" formnovalidate>Cancel</button>
</form>
${signedInAs === undefined ? knownUsers(form) : ''}
<p class="note">This is Appledger's development issuer. It is not for production: set APPLEDGER_ISSUER there.</p>`,
    // Browsers check the whole chain of redirects behind a form, so the client's page must be named too.
    `'self' ${returnOrigin}`,
  );
}

/** A page with a message only. */
export function messagePage(title: string, message: string): Page {
  return page(title, `<h1>${escaped(title)}</h1>\n<p>${escaped(message)}</p>`, "'none'");
}

/** The page that asks whether to sign out. @param form the provider's form, whose id is `op.logoutForm` */
export function signOutPage(form: string): Page {
  return page(
    'Sign out',
    `<h1>Sign out of Appledger's development issuer?</h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button type="submit" form="op.logoutForm" class="plain">Stay signed in</button>`,
    "'self' http: https:",
  );
}

function credentials({ fault, loginName = '' }: SignInForm): string {
  const described = fault === undefined ? '' : ' aria-describedby="fault" aria-invalid="true"';
  return `<label for="login">User name</label>
<input id="login" name="login" value="${escaped(loginName)}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="200" required${loginName === '' ? ' autofocus' : ''}${described}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required${loginName === '' ? '' : ' autofocus'}${described}>`;
}

function knownUsers({ users }: SignInForm): string {
  if (users.length === 0) {
    return '<p class="note">The users and their passwords: <code>npm run -s token -- --users</code> on the server.</p>';
  }
  const rows = users.map(
    ({ loginName, roles, password }) =>
      `<tr><th scope="row">${escaped(loginName)}</th><td>${escaped(roles.join(', '))}</td><td><code>${escaped(password)}</code></td></tr>`,
  );
  return `<table>
<caption>Development users</caption>
<thead><tr><th scope="col">User name</th><th scope="col">Role</th><th scope="col">Password</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function page(title: string, body: string, formAction: string): Page {
  return {
    policy: `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; base-uri 'none'; form-action ${formAction}; frame-ancestors 'none'`,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)} – Appledger</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`,
  };
}
