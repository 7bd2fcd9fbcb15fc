# reliability.json: Krippendorff's alpha from his coincidence matrix (Krippendorff 2011), in base R.
# Not rerun: irr, krippendorffsalpha. The bootstrap is Monte Carlo: hold it to .02.
source("writing.R")

coincidences <- function(codes) {  # coders by units
  values <- sort(unique(c(codes[!is.na(codes)])))
  o <- matrix(0, length(values), length(values), dimnames = list(values, values))
  for (u in seq_len(ncol(codes))) {
    n <- table(factor(codes[, u], values))
    if (sum(n) > 1) o <- o + (outer(n, n) - diag(as.vector(n), length(n))) / (sum(n) - 1)
  }
  o
}
distances <- list(
  nominal = function(v, n) 1 - diag(length(v)),
  ordinal = function(v, n) outer(seq_along(v), seq_along(v), Vectorize(function(i, j) (sum(n[i:j]) - (n[i] + n[j]) / 2)^2)),
  interval = function(v, n) outer(v, v, "-")^2,
  ratio = function(v, n) (outer(v, v, "-") / outer(v, v, "+"))^2
)
alpha <- function(codes, level) {
  o <- coincidences(codes)
  n <- rowSums(o)
  v <- as.numeric(rownames(o))
  d <- distances[[level]](v, n)
  observed <- sum(o * d) / sum(n)
  expected <- sum((outer(n, n) - diag(n)) * d) / (sum(n) * (sum(n) - 1))
  list(alpha = 1 - observed / expected, Do = observed, De = expected, n_pairable = sum(n), values = v, coincidence = block(o))
}
all_levels <- function(codes) c(list(coders = nrow(codes), units = ncol(codes)),
                                sapply(names(distances), function(level) alpha(codes, level), simplify = FALSE))
published <- as.matrix(read("reliability_krippendorff_4x12.csv"))
frames <- as.matrix(read("reliability_frames_3x60.csv"))
set.seed(1)
drawn <- replicate(2000, alpha(frames[, sample(ncol(frames), replace = TRUE)], "nominal")$alpha)
write_numbers(list(
  krippendorff_4x12 = all_levels(published), frames_3x60 = all_levels(frames),
  bootstrap_frames_3x60 = list(alpha = alpha(frames, "nominal")$alpha, ci95 = unname(quantile(drawn, c(.025, .975))),
                               boot_mean = mean(drawn), boot_sd = sd(drawn)),
  versions = versions()
), "reliability.json")
