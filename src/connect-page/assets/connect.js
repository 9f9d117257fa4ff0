// What the page does beyond plain forms: tabs, copying, checking as one types, and the probes as they are made.
// Everything works without it. Nothing here makes markup out of text.

const all = (selector, within = document) => [...within.querySelectorAll(selector)];

// Tabs (WAI-ARIA Authoring Practices, "Tabs Pattern") ---------------------------------------------------------

const CHOICE = 'countersign.way';

function remember(choice) {
  try {
    localStorage.setItem(CHOICE, choice);
  } catch {
    // A browser that keeps nothing still shows the tabs.
  }
}

function remembered() {
  try {
    return localStorage.getItem(CHOICE);
  } catch {
    return null;
  }
}

function makeTabs(box) {
  const panels = all('[data-tab]', box);
  const list = document.createElement('div');
  list.className = 'tabs';
  list.setAttribute('role', 'tablist');
  list.setAttribute('aria-label', box.dataset.tabs);
  const tabs = panels.map((panel) => {
    const tab = document.createElement('button');
    tab.type = 'button';
    tab.id = `tab-${panel.id}`;
    tab.textContent = panel.dataset.tab;
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', panel.id);
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', tab.id);
    panel.tabIndex = 0;
    list.append(tab);
    return tab;
  });
  const choose = (chosen, byHand) => {
    for (const [i, tab] of tabs.entries()) {
      const is = i === chosen;
      tab.setAttribute('aria-selected', String(is));
      tab.tabIndex = is ? 0 : -1;
      panels[i].hidden = !is;
    }
    if (!byHand) return;
    tabs[chosen].focus();
    remember(panels[chosen].id);
  };
  for (const [i, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(i, true));
    tab.addEventListener('keydown', (event) => {
      const last = tabs.length - 1;
      const to = {
        ArrowRight: i === last ? 0 : i + 1,
        ArrowLeft: i === 0 ? last : i - 1,
        Home: 0,
        End: last,
      }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(to, true);
    });
  }
  box.classList.add('tabbed');
  box.prepend(list);
  const known = (id) => panels.findIndex((panel) => panel.id === id);
  const first = [remembered(), box.dataset.first].map(known).find((index) => index >= 0);
  choose(first ?? 0, false);
}

// Copying -----------------------------------------------------------------------------------------------------

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function makeCopy(button) {
  const name = button.firstChild;
  const before = name.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = document.getElementById(button.dataset.copy);
    if (await copyText(source.textContent)) {
      name.textContent = 'Copied';
      button.dataset.done = '';
      setTimeout(() => {
        name.textContent = before;
        delete button.dataset.done;
      }, 2000);
      return;
    }
    // Where the clipboard is closed to pages, the text is at least marked.
    getSelection().selectAllChildren(source);
  });
}

// Checked as typed: by the server, which has the only rules ----------------------------------------------------

async function ask(url, body) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.detail ?? 'That did not work. Try again.');
  return content;
}

function checkRole(form) {
  const input = form.elements.role;
  const says = form.querySelector('.says');
  let latest = 0;
  let timer;
  const say = (text, kind) => {
    says.textContent = text;
    says.className = kind === '' ? 'says' : `says ${kind}`;
    if (kind === 'bad') input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  };
  const check = async () => {
    const mine = ++latest;
    if (input.value.trim() === '') return say('', '');
    try {
      const { fits, roleArn, message } = await ask(form.dataset.check, { role: input.value });
      if (mine !== latest) return;
      if (fits)
        say(roleArn === input.value.trim() ? 'This is the ARN of a role.' : `This means ${roleArn}.`, 'good');
      else say(message, 'bad');
    } catch (error) {
      if (mine === latest) say(error.message, 'bad');
    }
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(check, 300);
  });
}

// A link for a colleague --------------------------------------------------------------------------------------

function shareLink(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.disabled = true;
    const says = document.createElement('p');
    says.setAttribute('role', 'status');
    form.querySelector('[role=status]')?.remove();
    form.append(says);
    try {
      const { url } = await ask(form.action, {});
      const box = document.createElement('div');
      box.className = 'block';
      const copy = document.createElement('button');
      copy.type = 'button';
      copy.className = 'copy';
      copy.dataset.copy = 'colleague-link';
      copy.append('Copy');
      const text = document.createElement('pre');
      text.id = 'colleague-link';
      text.tabIndex = 0;
      text.setAttribute('role', 'region');
      text.setAttribute('aria-label', 'the link');
      text.textContent = url;
      box.append(copy, text);
      form.replaceChildren(says, box);
      makeCopy(copy);
      copy.focus();
      says.textContent =
        'Here is the link. It is shown this once: send it to somebody you trust with your AWS account.';
    } catch (error) {
      says.textContent = error.message;
      button.disabled = false;
    }
  });
}

// Verification ------------------------------------------------------------------------------------------------

const OBSERVED = { allowed: 'AWS let us in', denied: 'AWS refused', unknown: 'No answer' };
/** IAM takes some seconds, rarely a minute, until a new role or policy works everywhere. */
const GRACE_MS = 120_000;
const WAITS_S = [5, 5, 8, 10, 12, 15];

/** Reads a stream of JSON lines, each as it comes. */
async function readLines(answer, take) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop();
    for (const line of lines) take(JSON.parse(line));
  }
}

function verification(section) {
  const live = section.querySelector('#live');
  const form = section.querySelector('[data-verify]');
  const button = form?.querySelector('button');
  let until = 0;
  let attempt = 0;
  let waiting;

  const row = (probe) => section.querySelector(`[data-probe="${probe}"]`);
  const mark = (probe, state, text) => {
    row(probe).dataset.state = state;
    row(probe).querySelector('.observed').textContent = text;
  };

  const tell = (text, ...more) => {
    const line = document.createElement('p');
    line.textContent = text;
    live.replaceChildren(line, ...more);
    live.hidden = false;
  };

  /** Puts in what the server says now, and sends the reader there. */
  const showResult = async () => {
    const answer = await fetch(section.dataset.page, { headers: { accept: 'text/html' } });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-verification]');
    if (!answer.ok || !fresh) return location.reload();
    for (const part of ['#result', '.probes']) {
      section.querySelector(part).replaceWith(document.importNode(fresh.querySelector(part), true));
    }
    // A role that is connected is no longer there to be taken back.
    if (!page.querySelector('form.leave')) document.querySelector('form.leave')?.remove();
    for (const copy of all('[data-copy]', section)) if (copy.hidden) makeCopy(copy);
    live.hidden = true;
    const again = fresh.querySelector('[data-verify] button');
    if (!again) return location.reload();
    button.textContent = again.textContent;
    button.className = again.className;
    button.hidden = false;
    button.disabled = false;
    section.querySelector('#result').focus();
  };

  const once = async () => {
    for (const { dataset } of all('[data-probe]', section)) mark(dataset.probe, 'open', 'Not asked');
    mark('correct', 'asking', 'Asking AWS');
    const answer = await fetch(section.dataset.verification, {
      method: 'POST',
      headers: { accept: 'application/x-ndjson', 'content-type': 'application/json' },
      body: '{}',
    });
    if (answer.status === 429) {
      return { outcome: 'limited', retryAfterSeconds: Number(answer.headers.get('retry-after')) || 10 };
    }
    if (!answer.ok) throw new Error((await answer.json()).detail);
    let outcome = null;
    await readLines(answer, (line) => {
      if (line.type === 'problem') throw new Error(line.message);
      if (line.type === 'outcome') outcome = line;
      if (line.type !== 'check') return;
      mark(
        line.probe,
        line.observed === 'unknown' ? 'open' : line.observed === line.expected ? 'good' : 'bad',
        OBSERVED[line.observed],
      );
      if (line.probe === 'correct' && line.observed === 'allowed') {
        for (const { dataset } of all('[data-probe]', section)) {
          if (dataset.state === 'open') mark(dataset.probe, 'asking', 'Asking AWS');
        }
      }
    });
    if (!outcome) throw new Error('The connection broke off. Check again.');
    return outcome;
  };

  const WHY = {
    not_assumable:
      'AWS does not let us in yet. A role that is new, or was changed just now, takes some seconds until it works everywhere, at times a minute.',
    inconclusive: 'AWS did not answer every question.',
    limited: 'Many checks were made in the last minute, so the next one has to wait.',
  };

  const wait = (outcome, seconds) => {
    const stop = document.createElement('button');
    stop.type = 'button';
    stop.className = 'second';
    stop.textContent = 'Do not wait: show what is wrong';
    stop.addEventListener('click', () => {
      clearInterval(waiting);
      void showResult();
    });
    const left = document.createElement('p');
    left.setAttribute('aria-hidden', 'true');
    const whole = Math.ceil((until - Date.now()) / 1000);
    tell(
      `${WHY[outcome]} We try again by ourselves, for ${whole > 90 ? 'two minutes' : 'a little longer'}.`,
      left,
      stop,
    );
    const next = Date.now() + seconds * 1000;
    const count = () => {
      const rest = Math.ceil((next - Date.now()) / 1000);
      if (rest > 0) {
        left.textContent = `Next try in ${rest} s.`;
        return;
      }
      clearInterval(waiting);
      void run();
    };
    waiting = setInterval(count, 250);
    count();
  };

  const run = async () => {
    section.querySelector('#result').replaceChildren();
    button.hidden = true;
    tell('Asking AWS now.');
    try {
      const { outcome, retryAfterSeconds } = await once();
      const seconds = Math.max(retryAfterSeconds ?? 0, WAITS_S[Math.min(attempt++, WAITS_S.length - 1)]);
      const again = outcome in WHY && Date.now() + seconds * 1000 < until;
      if (again) wait(outcome, seconds);
      else await showResult();
    } catch (error) {
      tell(error.message);
      button.hidden = false;
      button.disabled = false;
    }
  };

  const begin = () => {
    until = Date.now() + GRACE_MS;
    attempt = 0;
    void run();
  };

  form?.addEventListener('submit', (event) => {
    event.preventDefault();
    begin();
  });
  if (form && section.dataset.start !== undefined) begin();
}

// Many accounts: the checks as they are made ------------------------------------------------------------------

function followRun(section) {
  const says = section.querySelector('[data-says]');
  section.querySelector('[data-by-hand]')?.remove();
  const look = async () => {
    try {
      const answer = await fetch(section.dataset.run, { headers: { accept: 'application/json' } });
      const run = await answer.json();
      if (!answer.ok) throw new Error(run.detail ?? 'That did not work. Load the page again.');
      for (const { connectionId, badge, text } of run.connections) {
        const shown = section.querySelector(`[data-connection="${connectionId}"] .badge`);
        if (shown.textContent === text) continue;
        shown.textContent = text;
        shown.className = `badge ${badge}`;
      }
      section.querySelector('progress').value = run.done;
      const rest = run.waitingSeconds > 0 ? ` It goes on in ${run.waitingSeconds} s.` : '';
      const end = run.status === 'finished' ? ' That is all.' : rest;
      const line = `${run.done} of ${run.total} checked, ${run.verified} connected.${end}`;
      if (says.textContent !== line) says.textContent = line;
      if (run.status === 'running') setTimeout(look, 1500);
    } catch (error) {
      says.textContent = error.message;
    }
  };
  void look();
}

for (const box of all('[data-tabs]')) makeTabs(box);
for (const button of all('[data-copy]')) makeCopy(button);
for (const form of all('[data-check]')) checkRole(form);
for (const form of all('[data-link]')) shareLink(form);
for (const section of all('[data-verification]')) verification(section);
for (const section of all('[data-run]')) followRun(section);
