export const HELP = `countersign-credentials: gets a tenant's AWS credentials from Countersign for AWS SDKs and tools

  countersign-credentials process --tenant <id> --connection <id>
      prints credentials in the format of credential_process, for an AWS configuration file
  countersign-credentials agent --tenant <id> --connection <id> [--port <n>] [--token-file <path>]
      serves credentials to AWS SDKs on this machine (127.0.0.1 only) and prints the export lines that SDKs need
  countersign-credentials agent --tenant <id> --connection <id> -- <program> [arguments]
      runs a program together with the agent; the program does not receive the worker key
  countersign-credentials env --tenant <id> --connection <id> [--shell <name>]
      prints lines for eval "$(countersign-credentials env ...)", which set the credentials; they are not refreshed

  --profile <name>          access profile that limits the session
  --duration-seconds <n>    duration of the session in seconds, 900 to 3600 (default 3600)
  --url <url>               base URL of Countersign (default COUNTERSIGN_URL)
  --key-file <path>         file that contains the worker key (default COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE)
  --key-stdin               reads the worker key from standard input
  --allow-insecure-http     allows http:// URLs for hosts other than this machine
  --shell <name>            env, agent: the shell that evaluates the output: posix (default), powershell or fish
  --port <n>                agent: the port to listen on (default: any free port)
  --token-file <path>       agent: writes its token to this file, readable only by this user, instead of printing it
  --help, --version

The worker key cannot be passed as an argument, because other users of this machine can read arguments.

Exit codes: 0 success; 1 unexpected error; 2 invalid arguments or environment, nothing was sent; 3 rejected by
Countersign, do not retry; 4 unavailable, retry later. agent -- <program> exits with the program's exit code.
`;
