import { readFile } from 'node:fs/promises';

/** `/proc` counts in ticks of 10 ms. */
const MS_PER_TICK = 10;

interface CpuTimes {
  parentPid: number;
  /** All threads of the process together. */
  ownMs: number;
  /** Of the processes that it started and that have ended. */
  endedChildrenMs: number;
}

/** Reads the CPU times of a process: proc_pid_stat(5). null: it has ended. */
export async function readCpuTimes(pid: number): Promise<CpuTimes | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return null;
    throw error;
  });
  if (stat === null) return null;
  // The name of the program is in parentheses and may contain spaces. The state, field 3, comes after it.
  const fields = ['pid', 'name', ...stat.slice(stat.lastIndexOf(')') + 2).split(' ')];
  const sumMs = (...numbers: number[]) =>
    numbers.reduce((sum, number) => sum + Number(fields[number - 1]), 0) * MS_PER_TICK;
  return { parentPid: Number(fields[3]), ownMs: sumMs(14, 15), endedChildrenMs: sumMs(16, 17) };
}

export async function readCpuMs(pid: number): Promise<number> {
  return (await readCpuTimes(pid))?.ownMs ?? Number.NaN;
}

export async function readRssMb(pid: number): Promise<number> {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}
