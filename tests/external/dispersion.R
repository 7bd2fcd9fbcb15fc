# dispersion.json: the measures of dispersion by their definitions, on toy words of Gries (2008).
# Not rerun: tlda (the R package of L. Sönning).
source("writing.R")

direct <- function(v, s) {
  n <- length(v)
  share <- s / sum(s)
  rate <- v / s
  p <- v / sum(v)
  q <- rate / sum(rate)
  variation <- function(x, sd) sd(x) / mean(x)
  population <- function(x) sqrt(mean((x - mean(x))^2))
  entropy <- function(x) -sum(ifelse(x == 0, 0, x * log2(x)))
  juilland <- function(x, sd) 1 - variation(x, sd) / sqrt(n - 1)
  dp <- sum(abs(p - share)) / 2
  kld <- sum(ifelse(p == 0, 0, p * log2(p / share)))
  chi2 <- sum((v - sum(v) * share)^2 / (sum(v) * share))
  lyne <- sum((v - mean(v))^2 / mean(v))  # parts taken as equal
  list(
    freq = sum(v), parts = n, range = sum(v > 0), range_rel = mean(v > 0), sd_pop = population(v), sd_sample = sd(v),
    VC_pop = variation(v, population), juilland_D_counts = juilland(v, population),
    juilland_D_relfreq = juilland(rate, population), juilland_D_relfreq_sample_sd = juilland(rate, sd),
    carroll_D2 = entropy(q) / log2(n), rosengren_S = sum(sqrt(share * v))^2 / sum(v), DP = dp,
    DPnorm_lijffijt_gries2012 = dp / (1 - min(share)), DP_egbert2020_denominator = 1 - min(share[v > 0]),
    KLD_bits = kld, KLD_norm_exp = 1 - exp(-kld), KLD_norm_2 = 1 - 2^-kld,
    DA = 1 - mean(abs(outer(rate, rate, "-"))[upper.tri(diag(n))]) / (2 * mean(rate)),
    idf = log2(n / sum(v > 0)), chi2 = chi2, lyne_D3 = 1 - lyne / (4 * sum(v))
  )
}
stored <- jsonlite::read_json("dispersion.json", simplifyVector = TRUE)
found <- lapply(stored[setdiff(names(stored), "versions")], function(case) list(v = case$v, s = case$s, direct = direct(case$v, case$s)))
write_numbers(c(found, list(versions = versions())), "dispersion.json")
