// Loaded before the service: shifts its wall clock, as the parent process says. The monotonic clock and timers are not shifted,
// as with a real clock that is set.
const SystemDate = Date;
let offsetMs = Number(process.env.TORTURE_CLOCK_OFFSET_MS ?? 0);

globalThis.Date = new Proxy(SystemDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [SystemDate.now() + offsetMs] : args, newTarget),
  apply: () => new SystemDate(SystemDate.now() + offsetMs).toString(),
  get: (target, property, receiver) =>
    property === 'now' ? () => SystemDate.now() + offsetMs : Reflect.get(target, property, receiver),
});

process.on('message', (message) => {
  offsetMs = message.clockOffsetMs;
});
// The channel must not keep the process alive. It closes when the run ends before it could end its replicas.
process.channel?.unref();
process.on('disconnect', () => process.exit(1));
