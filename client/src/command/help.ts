export const HELP = `countersign-credentials: a tenant's AWS credentials for programs that do not know Countersign

  countersign-credentials process --tenant <id> --connection <id>
      prints what credential_process in an AWS configuration file wants
  countersign-credentials agent --tenant <id> --connection <id> [--port <n>] [--token-file <path>]
      serves them to AWS SDKs of this machine, on 127.0.0.1 alone, and prints the lines that tell the SDKs
  countersign-credentials agent --tenant <id> --connection <id> -- <program> [arguments]
      runs a program with the agent beside it; the program never holds the key
  countersign-credentials env --tenant <id> --connection <id>
      prints export lines: eval "$(countersign-credentials env ...)"; they end with the session and are not renewed

  --profile <name>          access profile that narrows the session
  --duration-seconds <n>    length of the session, 900 to 3600 (default 3600)
  --url <url>               where Countersign is (default COUNTERSIGN_URL)
  --key-file <path>         file that holds the worker key (default COUNTERSIGN_KEY or COUNTERSIGN_KEY_FILE)
  --key-stdin               reads the worker key from standard input
  --allow-insecure-http     allows http:// to other hosts than this one
  --port <n>                agent: where it listens (default: any that is free)
  --token-file <path>       agent: writes its token there, readable to this user alone, instead of printing it
  --help, --version

The key is never an argument: others on the machine can read arguments.

Exit codes: 0 done; 1 an unexpected fault; 2 arguments or environment are wrong, nothing was sent; 3 refused by
Countersign, trying again does not help; 4 unavailable, try again later. agent -- <program> ends with the program's own.
`;
