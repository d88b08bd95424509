import { ChangeToken, onChange } from 'hostward';

describe('a change token', () => {
  it('calls everyone back once, the last registered first', () => {
    const token = new ChangeToken();
    const calls: number[] = [];
    token.registerChangeCallback(() => calls.push(1));
    token.registerChangeCallback(() => calls.push(2));
    token.registerChangeCallback(() => calls.push(3))[Symbol.dispose]();
    expect(token.hasChanged).toBe(false);
    token.fire();
    token.fire();
    expect([calls, token.hasChanged]).toEqual([[2, 1], true]);
  });

  it('calls back at once when it has fired already', () => {
    const token = new ChangeToken();
    token.fire();
    const callback = jest.fn();
    token.registerChangeCallback(callback);
    expect(callback).toHaveBeenCalledTimes(1);
  });

  it('calls everyone back although some fail, and tells all of the failures', () => {
    const token = new ChangeToken();
    const last = jest.fn();
    token.registerChangeCallback(last);
    for (const message of ['one', 'two'])
      token.registerChangeCallback(() => {
        throw new Error(message);
      });
    expect(() => token.fire()).toThrow(
      expect.objectContaining({ message: 'One or more errors occurred. (two) (one)', errors: [new Error('two'), new Error('one')] }),
    );
    expect(last).toHaveBeenCalledTimes(1);
  });
});

describe('onChange', () => {
  /** Gives a new token after each change. */
  const tokens = () => {
    let current = new ChangeToken();
    const fire = () => {
      const fired = current;
      current = new ChangeToken();
      fired.fire();
    };
    return { produce: () => current, fire };
  };

  it('calls back at every change until it is disposed', () => {
    const { produce, fire } = tokens();
    const consume = jest.fn();
    const registration = onChange(produce, consume);
    fire();
    fire();
    expect(consume).toHaveBeenCalledTimes(2);
    registration[Symbol.dispose]();
    fire();
    expect(consume).toHaveBeenCalledTimes(2);
  });

  it('goes on after a callback that failed', () => {
    const { produce, fire } = tokens();
    const consume = jest.fn().mockImplementationOnce(() => {
      throw new Error('no');
    });
    onChange(produce, consume);
    expect(fire).toThrow('One or more errors occurred. (no)');
    fire();
    expect(consume).toHaveBeenCalledTimes(2);
  });

  it('may be disposed by its own callback', () => {
    const { produce, fire } = tokens();
    const registration = onChange(produce, () => {
      calls++;
      registration[Symbol.dispose]();
    });
    let calls = 0;
    fire();
    fire();
    expect(calls).toBe(1);
  });

  it('sees a change that its callback makes', () => {
    const { produce, fire } = tokens();
    let calls = 0;
    onChange(produce, () => {
      if (++calls < 3) fire();
    });
    fire();
    expect(calls).toBe(3);
  });
});
