/** The state of a verification run, with the labels that the page shows for it. */
export interface RunProgress {
  status: 'running' | 'finished';
  total: number;
  done: number;
  verified: number;
  waitingSeconds: number;
  connections: { connectionId: string; badge: string; text: string }[];
}

/** The result of checking what the customer has typed so far. */
export type RoleCheck = { fits: true; roleArn: string } | { fits: false; message: string };

/** The response to creating a link for a colleague. */
export interface ColleagueLink {
  url: string;
  expiresAt: string;
}
