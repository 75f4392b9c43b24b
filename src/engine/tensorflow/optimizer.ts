import type { Parameters } from '../../model/model';
import type { TrainerState, Update, WeightKind } from '../engine';
import { DataType } from './attributes';
import { exchangeGates } from './gateOrder';
import type { EagerAttribute, Native, TensorId } from './native';
import { Variable } from './variable';

/** What is kept of each parameter. */
interface Slot {
  readonly current: Variable;
  readonly averaged: Variable;
  readonly firstMoment: Variable;
  readonly secondMoment: Variable;
}

/** The scalars of one update, as tensors. */
interface Scalars {
  readonly beta1Power: TensorId;
  readonly beta2Power: TensorId;
  readonly rate: TensorId;
  readonly beta1: TensorId;
  readonly beta2: TensorId;
  readonly epsilon: TensorId;
  readonly gradientScale: TensorId;
  readonly decay: TensorId;
  readonly averaging: TensorId;
}

/** The weights of a model being trained, their moving average and Adam's moments, and how they are updated: AdamW. */
export class Optimizer {
  private readonly native: Native;
  private readonly slots = new Map<string, Slot>();
  private readonly floats: readonly EagerAttribute[];
  private readonly adam: readonly EagerAttribute[];
  private steps: number;

  constructor(native: Native, state: TrainerState) {
    this.native = native;
    this.steps = state.step;
    const { TF_ATTR_TYPE, TF_ATTR_BOOL } = native.binding;
    this.floats = [{ name: 'T', type: TF_ATTR_TYPE, value: DataType.float }];
    this.adam = [
      ...this.floats,
      { name: 'use_locking', type: TF_ATTR_BOOL, value: false },
      { name: 'use_nesterov', type: TF_ATTR_BOOL, value: false },
    ];
    for (const name of state.parameters.keys()) {
      this.slots.set(name, {
        current: this.variable(name, state.parameters),
        averaged: this.variable(name, state.averaged),
        firstMoment: this.variable(name, state.firstMoments),
        secondMoment: this.variable(name, state.secondMoments),
      });
    }
  }

  /** Updates taken. */
  get step(): number {
    return this.steps;
  }

  /** Every parameter's present value, in order: tensors to be freed before the next update. */
  read(kind: WeightKind): TensorId[] {
    return [...this.slots.values()].map((slot) => slot[kind].read());
  }

  /**
   * One AdamW step, as torch.optim.AdamW takes it.
   * @param gradients of every parameter, in order
   * @param scale what the gradients are multiplied by first: the clip
   */
  apply(gradients: readonly TensorId[], scale: number, update: Update): void {
    this.steps++;
    const scalars = this.scalars(scale, update);
    let index = 0;
    for (const slot of this.slots.values()) {
      const gradient = gradients[index++];
      if (gradient === undefined) throw new RangeError('A parameter has no gradient.');
      if (update.weightDecay !== 0 && slot.current.shape.length > 1) this.decay(slot.current, scalars.decay);
      if (scale === 1) this.applyAdam(slot, gradient, scalars);
      else this.replacing('Mul', [gradient, scalars.gradientScale], (scaled) => this.applyAdam(slot, scaled, scalars));
      this.average(slot, update.averageDecay, scalars.averaging);
    }
    this.native.free(...Object.values<TensorId>({ ...scalars }));
  }

  /** Copies of what a resume needs, in PyTorch's order of the gates. */
  state(): Omit<TrainerState, 'carried'> {
    return {
      step: this.steps,
      parameters: this.copies('current'),
      averaged: this.copies('averaged'),
      firstMoments: this.copies('firstMoment'),
      secondMoments: this.copies('secondMoment'),
    };
  }

  weights(kind: WeightKind): Parameters {
    return this.copies(kind);
  }

  dispose(): void {
    for (const slot of this.slots.values()) {
      for (const variable of Object.values<Variable>({ ...slot })) variable.dispose();
    }
    this.slots.clear();
  }

  /** TensorFlow's Adam has epsilon beside the uncorrected root, PyTorch's beside the corrected one. */
  private scalars(scale: number, update: Update): Scalars {
    const scalar = (value: number) => this.native.tensor(DataType.float, [], Float32Array.of(value));
    const beta1Power = update.beta1 ** this.steps;
    const beta2Power = update.beta2 ** this.steps;
    return {
      beta1Power: scalar(beta1Power),
      beta2Power: scalar(beta2Power),
      rate: scalar(update.rate),
      beta1: scalar(update.beta1),
      beta2: scalar(update.beta2),
      epsilon: scalar(update.epsilon * Math.sqrt(1 - beta2Power)),
      gradientScale: scalar(scale),
      decay: scalar(1 - update.rate * update.weightDecay),
      averaging: scalar(1 - update.averageDecay),
    };
  }

  private applyAdam(slot: Slot, gradient: TensorId, scalars: Scalars): void {
    const { beta1Power, beta2Power, rate, beta1, beta2, epsilon } = scalars;
    const variables = [slot.current.handle, slot.firstMoment.handle, slot.secondMoment.handle];
    const inputs = [...variables, beta1Power, beta2Power, rate, beta1, beta2, epsilon, gradient];
    this.native.perform('ResourceApplyAdam', this.adam, inputs);
  }

  private decay(variable: Variable, factor: TensorId): void {
    const value = variable.read();
    this.replacing('Mul', [value, factor], (decayed) => variable.assign(decayed));
    this.native.free(value);
  }

  private average(slot: Slot, decay: number, averaging: TensorId): void {
    const current = slot.current.read();
    if (decay === 0) {
      slot.averaged.assign(current);
    } else {
      const averaged = slot.averaged.read();
      const difference = this.native.execute('Sub', this.floats, [averaged, current]);
      this.native.free(averaged);
      const descent = [slot.averaged.handle, averaging, difference];
      this.native.perform('ResourceApplyGradientDescent', this.adam.slice(0, 2), descent);
      this.native.free(difference);
    }
    this.native.free(current);
  }

  private replacing(operation: string, inputs: readonly TensorId[], use: (result: TensorId) => void): void {
    const result = this.native.execute(operation, this.floats, inputs);
    use(result);
    this.native.free(result);
  }

  private variable(name: string, parameters: Parameters): Variable {
    const tensor = parameters.get(name);
    if (tensor === undefined) throw new RangeError(`The state lacks "${name}".`);
    return new Variable(this.native, tensor.shape, exchangeGates(name, tensor).data);
  }

  private copies(part: keyof Slot): Parameters {
    return new Map(
      [...this.slots].map(([name, slot]) => {
        const { shape } = slot[part];
        return [name, exchangeGates(name, { shape, data: slot[part].values() })];
      }),
    );
  }
}
