// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;

namespace bartizan {

class LinkButton;

enum class MessageKind { Info, Ok, Warning, Error };

/// A message in the page where its cause is: bar and icon in the colour of the kind, on its tint, one sentence, at most
/// one link. Plain text; announced to screen readers when it changes. Thread: GUI.
class InlineMessage : public QWidget {
    Q_OBJECT
public:
    explicit InlineMessage(QWidget *parent = nullptr);

    /// Sets the message and shows it. An empty `link` shows none.
    void setMessage(MessageKind kind, const QString &text, const QString &link = {});
    QString text() const;
    MessageKind kind() const { return m_kind; }

Q_SIGNALS:
    void linkActivated();

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void updateColours();

    MessageKind m_kind = MessageKind::Info;
    QLabel *m_icon;
    QLabel *m_text;
    LinkButton *m_link;
};

/// The error below a field: icon and sentence in small, in the error colour. Its place is kept while it is empty.
class FieldError : public QWidget {
    Q_OBJECT
public:
    explicit FieldError(QWidget *parent = nullptr);
    /// Empty text: no error.
    void setText(const QString &text);
    QString text() const;
    /// Marks a field as wrong or right: the style draws its border in the error colour, 1 px more.
    static void markField(QWidget *field, bool wrong);

protected:
    void changeEvent(QEvent *event) override;

private:
    void updateColours();

    QLabel *m_icon;
    QLabel *m_text;
};

} // namespace bartizan
