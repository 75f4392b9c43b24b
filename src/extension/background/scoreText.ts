import type { ScoreParams } from '../../protocol/jobs';
import { putTogether, type ScoredPart, unscored } from '../../scoring/textTokens';
import type { BackgroundProcess, JobOptions } from './backgroundProcess';

/** How surprising a model finds a text, all of it as one part. Rejects as {@link BackgroundProcess.perform} does. */
export async function scoreText(
  background: Pick<BackgroundProcess, 'perform'>,
  params: Pick<ScoreParams, 'folder' | 'text' | 'before' | 'memory'>,
  token: JobOptions<'score'>['token'],
): Promise<ScoredPart & { /** Nats of all of it. */ readonly total: number }> {
  const whole = unscored(params.text.length);
  const onProgress: JobOptions<'score'>['onProgress'] = ({ parts }) => putTogether(whole, parts);
  const total = await background.perform('score', params, { token, onProgress });
  return { ...whole, total };
}
