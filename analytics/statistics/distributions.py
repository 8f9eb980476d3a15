"""The probability distributions that tests and intervals rest on, under names that read aloud.

``scipy.special`` has them all under Fortran names, untyped, and loads in a fraction of the time
that ``scipy.stats`` takes; this is the only module that knows those names. Every function takes
numbers or arrays and returns an array.
"""

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.clocks import Floats

Numbers = npt.ArrayLike


def normal_quantile(p: Numbers) -> Floats:
    """The z below which a share ``p`` of the standard normal lies."""
    return np.asarray(special.ndtri(p), dtype=np.float64)


def two_sided_normal(z: Numbers) -> Floats:
    """P(abs(Z) >= abs(z)): the two-sided p-value of a normal score."""
    return np.asarray(2.0 * special.ndtr(-np.abs(z)), dtype=np.float64)


def normal_hazard(z: Numbers) -> Floats:
    """Density over upper tail of the standard normal: what is expected of it beyond ``z``."""
    score = np.asarray(z, dtype=np.float64)
    log_density = -(score**2) / 2.0 - np.log(2.0 * np.pi) / 2.0
    return np.asarray(np.exp(log_density - special.log_ndtr(-score)), dtype=np.float64)


def two_sided_t(t: Numbers, df: Numbers) -> Floats:
    """P(abs(T) >= abs(t)) of Student's t with ``df`` degrees of freedom."""
    return np.asarray(2.0 * special.stdtr(df, -np.abs(t)), dtype=np.float64)


def t_quantile(p: Numbers, df: Numbers) -> Floats:
    """The t below which a share ``p`` of Student's t lies."""
    return np.asarray(special.stdtrit(df, p), dtype=np.float64)


def noncentral_t_cdf(t: Numbers, df: Numbers, shift: Numbers) -> Floats:
    """P(T <= t) of the noncentral t with noncentrality ``shift``."""
    return np.asarray(special.nctdtr(df, shift, t), dtype=np.float64)


def binomial_cdf(k: Numbers, n: int, p: float) -> Floats:
    """P(X <= k) of ``n`` trials with chance ``p``; 0 for k < 0."""
    k = np.asarray(k)
    return np.where(k < 0, 0.0, special.bdtr(np.maximum(k, 0), n, p))


def at_least(count: float, trials: float, p: Numbers) -> Floats:
    """P(X >= count) of a binomial, for counts that need not be whole.

    Overdispersed counts enter as fewer effective ones (count / dispersion), hence the beta form.
    """
    if count <= 0:
        return np.ones_like(np.asarray(p, dtype=np.float64))
    if count >= trials + 1:
        return np.zeros_like(np.asarray(p, dtype=np.float64))
    return beta_cdf(p, count, trials - count + 1)


def beta_cdf(x: Numbers, a: Numbers, b: Numbers) -> Floats:
    """P(X <= x) of the beta distribution."""
    return np.asarray(special.betainc(a, b, x), dtype=np.float64)


def beta_quantile(p: Numbers, a: Numbers, b: Numbers) -> Floats:
    """The x below which a share ``p`` of the beta distribution lies."""
    return np.asarray(special.betaincinv(a, b, p), dtype=np.float64)


def poisson_quantile(p: float, mean: Numbers) -> Floats:
    """The count, as a continuous number, at which the Poisson distribution function reaches ``p``.

    NaN where the chance of zero events alone is more than ``p``.
    """
    mean = np.asarray(mean, dtype=np.float64)
    reached = np.exp(-mean) <= p
    return np.where(reached, special.pdtrik(p, np.where(reached, mean, 1e3)), np.nan)


def gamma_quantile(p: Numbers, shape: Numbers) -> Floats:
    """The value below which a share ``p`` of the gamma with unit rate lies."""
    return np.asarray(special.gammaincinv(shape, p), dtype=np.float64)


def gamma_tail(x: Numbers, shape: Numbers) -> Floats:
    """P(X >= x) of the gamma with unit rate."""
    return np.asarray(special.gammaincc(shape, x), dtype=np.float64)


def f_tail(f: Numbers, df_between: Numbers, df_within: Numbers) -> Floats:
    """P(F >= f): the p-value of an F ratio."""
    return np.asarray(special.fdtrc(df_between, df_within, f), dtype=np.float64)


def log_gamma(x: Numbers) -> Floats:
    """Logarithm of the gamma function (log of (x - 1)!)."""
    return np.asarray(special.gammaln(x), dtype=np.float64)
