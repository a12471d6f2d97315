// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/domain/enums.h"

#include <QAbstractButton>

namespace bartizan {

/// A filter that can be taken away: "Address is 203.0.113.47 ×". Field and operator muted, the value in text; plain
/// text. A click on the body emits clicked(); the × (24×24) or Backspace or Delete emit removeRequested().
class Chip : public QAbstractButton {
    Q_OBJECT
public:
    Chip(const QString &field, const QString &operation, const QString &value, QWidget *parent = nullptr);
    void setParts(const QString &field, const QString &operation, const QString &value);
    /// Without a ×.
    void setRemovable(bool removable);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void removeRequested();

protected:
    void paintEvent(QPaintEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    QRect removeRect() const;

    QString m_field, m_operation, m_value;
    bool m_removable = true;
    bool m_removePressed = false;
};

/// A severity as a toggle: shape, word and count of the view; off is outlined and muted, with the shape in colour and the
/// word struck out.
class SeverityChip : public QAbstractButton {
    Q_OBJECT
public:
    explicit SeverityChip(AlertSeverity severity, QWidget *parent = nullptr);
    AlertSeverity severity() const { return m_severity; }
    void setCount(std::int64_t count);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateAccessibleText();

    AlertSeverity m_severity;
    std::int64_t m_count = 0;
};

/// A toggle in the shape of a chip, with text only: "Show acknowledged".
class ToggleChip : public QAbstractButton {
    Q_OBJECT
public:
    explicit ToggleChip(const QString &text, QWidget *parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
};

} // namespace bartizan
